// oxlint-disable-next-line import/extensions -- an address of the site, and not a module
import address from "@mermaid-js/tiny/dist/mermaid.tiny.js?url";

/** The part of Mermaid that diagrams use. */
interface Mermaid {
  initialize(settings: object): void;
  render(id: string, source: string): Promise<{ svg: string }>;
}

let loading: Promise<Mermaid> | undefined;

/**
 * Mermaid, loaded once, by the first page with a diagram. It is a script that adds itself to the page rather than a
 * module, and so large that the build had better not read it.
 */
export async function loadMermaid(): Promise<Mermaid> {
  loading ??= new Promise<Mermaid>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve((globalThis as unknown as { mermaid: Mermaid }).mermaid));
    script.addEventListener("error", () => reject(new Error("Mermaid cannot be loaded")));
    document.head.append(script);
  });
  return loading;
}
