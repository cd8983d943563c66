import type { EditorNodeDef } from "node-red";
import { noteAdded } from "./just-dropped";

/** A node as the editor holds it. A flow that an older version saved, or a person wrote, may lack any property. */
export interface StoredNode {
  readonly id: string;
  readonly type: string;
  /** Whether it differs from what is deployed. */
  readonly changed?: boolean;
  readonly credentials?: Record<string, string | undefined>;
  readonly _: (key: string) => string;
  [property: string]: unknown;
}

/** A node of a type with these properties. */
export type NodeOf<Properties> = StoredNode & Partial<Properties>;

export type Validator<Properties> = (
  this: NodeOf<Properties>,
  value: unknown,
  options: object,
) => boolean | string;

/** One property. `value` is what a new node has, and what a node without the property is taken to have. */
interface Property<Properties, Value> extends Details<Properties> {
  value: Value;
}

/** What a dialog adds to a property of the table that it shares with the runtime. */
interface Details<Properties> {
  /** The type of the configuration node that it names. */
  type?: string;
  required?: boolean;
  label?: string;
  validate?: Validator<Properties>;
}

type Appearance = "category" | "color" | "icon" | "inputs" | "outputs";

/** What a node's editor file registers. Stricter than the published types: a stored node may lack any property. */
export interface Definition<Properties> extends Pick<EditorNodeDef, Appearance> {
  defaults: { [Name in keyof Properties]: Property<Properties, Properties[Name]> };
  credentials?: Record<string, { type: "text" | "password" }>;
  paletteLabel(): string;
  label(this: NodeOf<Properties>): string;
  inputLabels?(this: NodeOf<Properties>): string;
  outputLabels?(this: NodeOf<Properties>, port: number): string;
  oneditprepare(this: NodeOf<Properties>): void;
  oneditsave(this: NodeOf<Properties>): void;
}

/**
 * The `defaults` of a node's editor, with the values of the table that the runtime uses as well. The editor saves
 * properties in the order of that table.
 */
export function defaultsOf<Properties extends object>(
  table: Readonly<Properties>,
  details: { [Name in keyof Properties]?: Details<Properties> },
): Definition<Properties>["defaults"] {
  const names = Object.keys(table) as (keyof Properties)[];
  const entries = names.map((name) => [name, { value: table[name], ...details[name] }] as const);
  return Object.fromEntries(entries) as Definition<Properties>["defaults"];
}

/** What the shared code needs to know of a definition. */
interface AnyDefinition {
  category: string;
  defaults: Record<string, Property<object, unknown>>;
  credentials?: Record<string, { type: "text" | "password" }>;
}

/** A node set as the editor's registry announces it. */
interface NodeSet {
  types: string[];
}

/**
 * Registers a node type. The browser runs a module only once, even if its script is added to the page again. So if the
 * package is removed and reinstalled while the editor is open, the type is registered again here.
 */
export function registerType<Properties>(type: string, definition: Definition<Properties>): void {
  const complete = { ...definition, labelStyle, onadd };
  const register = (): void => {
    RED.nodes.registerType(type, complete as unknown as EditorNodeDef);
  };
  RED.events.on("registry:node-set-added", ({ types }: NodeSet) => {
    if (types.includes(type)) register();
  });
  register();
}

function onadd(this: StoredNode): void {
  noteAdded(this);
}

/** Names given by the user are shown in italics. */
function labelStyle(this: StoredNode): string {
  return this["name"] ? "node_label_italic" : "";
}

/** The definition of a node's type, as the settings of Node-RED have changed it. */
export function definitionOf(node: StoredNode): AnyDefinition {
  return RED.nodes.getType(node.type) as unknown as AnyDefinition;
}

/**
 * A validator. Node-RED shows the message that it returns only if the function takes two parameters.
 * @param problemOf returns what is wrong with a value; undefined if it is valid
 */
export function validator<Properties>(
  problemOf: (value: unknown, node: NodeOf<Properties>) => string | undefined,
): Validator<Properties> {
  return function (value, _options) {
    return problemOf(value, this) ?? true;
  };
}
