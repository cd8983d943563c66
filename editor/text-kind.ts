/** Which texts a typed field may carry over from one type to another: a value is no name of a property. */
export function textKind(type: string): "fixed" | "property" | "env" | "jsonata" | "form" {
  switch (type) {
    case "msg":
    case "flow":
    case "global":
      return "property";
    case "env":
    case "jsonata":
    case "form":
      return type;
    default:
      return "fixed";
  }
}
