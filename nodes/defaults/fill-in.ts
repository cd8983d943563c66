type Value = string | number | boolean;

/** The default of each property of a node, in the order in which the editor saves them. */
export type Defaults = Readonly<Record<string, Value>>;

/** What a dialog saves: a number that was typed is text. */
export type Properties<Table extends Defaults> = {
  -readonly [Name in keyof Table]: Table[Name] extends number
    ? number | string
    : Table[Name] extends boolean
      ? boolean
      : string;
};

/** Properties in a flow file: any may be missing, from an older version, or of any type, if edited by hand. */
export type Config<Table extends Defaults> = { readonly [Name in keyof Table]?: unknown };

/**
 * The same with defaults filled in; other values may still be of any type. `Ids` are properties that refer to a
 * configuration node: Node-RED finds no node for an invalid id.
 */
export type Settings<Table extends Defaults, Ids extends keyof Table = never> = {
  readonly [Name in keyof Table]: Name extends Ids ? string : unknown;
};

/**
 * Fills in the defaults of a node's table where its configuration has no value; drops other properties. Blank text counts
 * as no value, as in the dialog.
 * @param keepsBlank properties for which blank text is a value
 */
export function fillIn<Table extends Defaults, Ids extends keyof Table = never>(
  config: Config<Table>,
  defaults: Table,
  keepsBlank: readonly (keyof Table)[] = [],
): Settings<Table, Ids> {
  const names: (keyof Table & string)[] = Object.keys(defaults);
  const entries = names.map((name) => {
    const value = config[name];
    const isOpen = isLeftOut(value, defaults[name]!) && !(value === "" && keepsBlank.includes(name));
    return [name, isOpen ? defaults[name] : value] as const;
  });
  return Object.fromEntries(entries) as Settings<Table, Ids>;
}

function isLeftOut(value: unknown, standard: Value): boolean {
  if (value === undefined) return true;
  if (standard === "") return false;
  return value === null || (typeof value === "string" && value.trim() === "");
}
