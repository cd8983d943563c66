type Value = string | number | boolean;

/** What each property of a node is where nobody has set it, in the order in which the editor saves them. */
export type Defaults = Readonly<Record<string, Value>>;

/** What a dialog saves: numbers are text where somebody typed them. */
export type Properties<Table extends Defaults> = {
  -readonly [Name in keyof Table]: Table[Name] extends number
    ? number | string
    : Table[Name] extends boolean
      ? boolean
      : string;
};

/** Properties as they stand in a flow file: any may be left out by an older version, or be anything by hand. */
export type Config<Table extends Defaults> = { readonly [Name in keyof Table]?: unknown };

/**
 * The same with every property there; a value that is not left out may still be anything. `Ids` are properties that
 * name a configuration node: Node-RED finds none for what is no id.
 */
export type Settings<Table extends Defaults, Ids extends keyof Table = never> = {
  readonly [Name in keyof Table]: Name extends Ids ? string : unknown;
};

/**
 * Gives a node's configuration what it leaves out, by the node's table; other properties stay out. Blank text counts
 * as left out as well, as in the dialog.
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
