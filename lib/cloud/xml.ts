import { parser as createParser } from "sax";
import { maxDepth } from "../base/json";

/** Elements become objects or text; repeated elements become arrays. Attributes are left out. */
type XmlValue = string | XmlValue[] | { [name: string]: XmlValue };

/** Levels of elements around the parts that stay text if they nest too deep: the answer and its `Data`. */
const wrappers = 2;
/** A page of the longest list has 4000; each one costs a few microseconds. */
const maxElements = 20_000;
/** The parser checks after each piece whether a token has become too long. */
const pieceLength = 0x10000;

interface Element {
  name: string;
  children: Map<string, XmlValue[]>;
  text: string;
  /** Where its content begins. */
  start: number;
  isTooDeep: boolean;
}

/**
 * Reads an XML document strictly. Entities other than the five of XML are errors, so nothing expands. As with JSON, a
 * part that nests too deep stays text.
 * @returns name of the root and its content
 * @throws {Error} if the text is not well-formed, or has more parts than any answer
 */
export function readXml(text: string): { root: string; content: XmlValue } {
  const parser = createParser(true, { trim: false });
  const document = elementOf("", 0);
  const open: Element[] = [document];
  let depth = 0;
  let count = 0;
  const counted = (): void => {
    if (++count > maxElements) throw new Error("has too many parts");
  };
  parser.onerror = (error) => {
    throw error;
  };
  parser.onattribute = parser.oncomment = parser.onprocessinginstruction = parser.onopencdata = counted;
  parser.onopentag = ({ name }) => {
    counted();
    depth++;
    if (depth <= maxDepth) open.push(elementOf(name, parser.position));
    else open[wrappers + 1]!.isTooDeep = true;
  };
  parser.ontext = parser.oncdata = (part) => {
    if (depth < open.length) open.at(-1)!.text += part;
  };
  parser.onclosetag = () => {
    if (depth-- > maxDepth) return;
    const element = open.pop()!;
    const { children } = open.at(-1)!;
    // The position of a tag is the one after its bracket.
    const value = element.isTooDeep
      ? text.slice(element.start, parser.startTagPosition - 1)
      : valueOf(element);
    const namesakes = children.get(element.name);
    if (namesakes) namesakes.push(value);
    else children.set(element.name, [value]);
  };
  for (let at = 0; at < text.length; at += pieceLength) parser.write(text.slice(at, at + pieceLength));
  parser.close();
  const [root] = document.children;
  if (!root) throw new Error("has no root element");
  return { root: root[0], content: root[1][0]! };
}

function elementOf(name: string, start: number): Element {
  return { name, children: new Map(), text: "", start, isTooDeep: false };
}

function valueOf(element: Element): XmlValue {
  if (element.children.size === 0) return element.text;
  // An element may have any name; `__proto__` becomes an ordinary member.
  return Object.fromEntries(
    Array.from(element.children, ([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  );
}
