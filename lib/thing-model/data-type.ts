/** Limits and unit of `int`, `float` and `double`; absent where the model does not say. */
export interface NumberType {
  type: "int" | "float" | "double";
  min?: number;
  max?: number;
  step?: number;
  /** The model's own digits of a limit that a JavaScript number cannot represent exactly. */
  exact?: { min?: string; max?: string; step?: string };
  unit?: string;
  unitName?: string;
}

/** `length` counts UTF-8 bytes. */
export interface TextType {
  type: "text";
  length?: number;
}

/** `items` in the order of the model; `value` is sent. */
export interface ChoiceType {
  type: "bool" | "enum";
  items: { value: number; label: string }[];
}

/** UTC milliseconds, as text on the wire. */
export interface DateType {
  type: "date";
}

export interface StructType {
  type: "struct";
  fields: Parameter[];
}

/** `size` is the largest number of elements. */
export interface ArrayType {
  type: "array";
  size?: number;
  item: DataType;
}

export type DataType = NumberType | TextType | ChoiceType | DateType | StructType | ArrayType;

/** One input, output or field of a struct. */
export interface Parameter {
  identifier: string;
  name: string;
  dataType: DataType;
  /** The data type could not be read, perhaps because it is newer than this reader: any value may be right. */
  isUnchecked?: true;
}
