import { parser as createParser } from "sax";

/** Elements become objects or text; repeated elements become arrays. Attributes are left out. */
export type XmlValue = string | XmlValue[] | { [name: string]: XmlValue };

const deepest = 64;

/**
 * Reads an XML document strictly; entities beyond the five of XML are errors, so nothing expands.
 * @returns name of the root and its content
 * @throws Error if the text is not well-formed or nests too deep
 */
export function readXml(text: string): { root: string; content: XmlValue } {
  const parser = createParser(true, { trim: false });
  const document: Element = { name: "", children: new Map(), text: "" };
  const open: Element[] = [document];
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name }) => {
    if (open.length > deepest) throw new Error("nests too deep");
    open.push({ name, children: new Map(), text: "" });
  };
  parser.ontext = parser.oncdata = (part) => {
    open.at(-1)!.text += part;
  };
  parser.onclosetag = () => {
    const element = open.pop()!;
    const { children } = open.at(-1)!;
    const namesakes = children.get(element.name);
    if (namesakes) namesakes.push(valueOf(element));
    else children.set(element.name, [valueOf(element)]);
  };
  parser.write(text).close();
  const [root] = document.children;
  if (!root) throw new Error("has no root element");
  return { root: root[0], content: root[1][0]! };
}

interface Element {
  name: string;
  children: Map<string, XmlValue[]>;
  text: string;
}

function valueOf(element: Element): XmlValue {
  if (element.children.size === 0) return element.text;
  // An element may be called anything; `__proto__` becomes a member like any other.
  return Object.fromEntries(
    Array.from(element.children, ([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  );
}
