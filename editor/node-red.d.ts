import type { EditorRED } from "node-red";

/** What Node-RED's editor gives to the scripts of nodes; jQuery's `$` comes with the types of jQuery. */
declare global {
  const RED: EditorRED & {
    /** What the user who has logged in may do; everything where nobody has to. */
    user: { hasPermission(permission: string): boolean };
  };
}

/** What the published types leave out, as Node-RED 4.1 and 5 have it. */
declare module "@node-red/editor-client" {
  interface Editor {
    /** The nodes whose dialogs are open, the one on top last. */
    getEditStack(): object[];
    generateViewStateId(category: string, widget: object, type: string): string;
  }

  interface RED {
    tourGuide: {
      /** Loads a module and runs the tour that it exports by default. */
      run(url: string, done: (error?: unknown) => void): void;
    };
  }

  interface View {
    annotations: { register(id: string, options: Annotation): void };
  }

  /** A mark on nodes in the workspace. */
  interface Annotation {
    type: "badge";
    class: string;
    filter(node: AnnotatedNode): boolean;
    element(node: AnnotatedNode): SVGElement;
    tooltip: string;
    show(node: AnnotatedNode): boolean;
  }

  interface AnnotatedNode {
    readonly id: string;
    readonly type: string;
    readonly _: (key: string) => string;
    [property: string]: unknown;
  }

  interface Popover {
    panel(content: JQuery): PopoverPanel;
  }

  interface PopoverPanel {
    container: JQuery;
    show(options: { target: JQuery; onclose: () => void; align: "left" | "right" }): void;
    hide(): void;
  }

  interface Utils {
    /** True, or a sentence that says what is wrong. */
    validateTypedProperty(value: unknown, type: string): true | string;
  }

  interface Clipboard {
    copyText(value: string, element: JQuery, message: string): boolean;
  }

  interface WidgetTypedInputTypeDefinition {
    /** What its button with the dots does. */
    expand?(this: TypedInputWidget): void;
  }

  /** A typed input from the inside. */
  interface TypedInputWidget {
    value(): string;
    value(value: string): void;
  }
}
