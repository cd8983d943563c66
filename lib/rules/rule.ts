import { Glob } from "./glob";

/** What rules match: a command for one device. */
export interface Subject {
  productKey: string;
  deviceName: string;
  /** `service`, `module:service`, `property:Name` or `property:module:Name`; see `serviceInRules`. */
  identifier: string;
}

const propertyPrefix = "property:";
const ambiguousPrefix = `service:${propertyPrefix}`;

/**
 * A service as rules name it. One of a module with the id `property` would read like a property, so that a rule for the
 * property would allow the service as well; it has a name of its own, `service:property:Name`. No other identifier has
 * three parts with this beginning.
 */
export function serviceInRules(service: string): string {
  return service.startsWith(propertyPrefix) ? `service:${service}` : service;
}

/** Such a service by the name that is the same as that of a property; undefined for everything else. */
export function ambiguousName(identifier: string): string | undefined {
  return identifier.startsWith(ambiguousPrefix) ? identifier.slice("service:".length) : undefined;
}

/** One line of rules. */
export interface Rule {
  /** Line number, from 1. */
  line: number;
  /** As it was written, without a comment and the white space around it. */
  text: string;
  productKey: Glob;
  deviceName: Glob;
  identifier: Glob;
}

/** Why a line is not a valid rule. */
export type RuleFault = "parts" | "blank" | "space" | "character" | "length" | "count";

/** A line that is not a valid rule. */
export interface BadRule {
  line: number;
  text: string;
  fault: RuleFault;
}

/** Nobody reads longer lists; `*` needs fewer lines. */
export const maxRules = 2000;
/** A product key has 11 characters, the longest names 128. */
export const maxRuleLength = 1000;

/** What ends a line, as in every editor. */
export const lineEnd = /\r\n|\r|\n/;

/** What some editors show as the end of a line. A rule behind it would be read as part of a comment. */
const otherLineEnd = /[\v\f\u0085\u2028\u2029]/;

/**
 * Reads rules, one a line: `productKey/deviceName/identifier`, where `*` stands for any characters but `/`, and `#`
 * starts a comment. Blank lines are ignored.
 * @returns the rules, and the invalid lines
 */
export function readRules(text: string): { rules: Rule[]; bad: BadRule[] } {
  const rules: Rule[] = [];
  const bad: BadRule[] = [];
  for (const [index, written] of text.split(lineEnd).entries()) {
    const line = index + 1;
    if (otherLineEnd.test(written)) {
      bad.push({ line, text: written, fault: "character" });
      if (bad.length >= maxRules) break;
      continue;
    }
    const pattern = withoutComment(written);
    if (pattern === "") continue;
    const fault = rules.length + bad.length >= maxRules ? "count" : faultOf(pattern);
    if (fault) bad.push({ line, text: pattern, fault });
    else rules.push(ruleOf(pattern, line));
    if (fault === "count") break;
  }
  return { rules, bad };
}

function withoutComment(line: string): string {
  const start = line.indexOf("#");
  return (start === -1 ? line : line.slice(0, start)).trim();
}

/** A pattern that can never match is a mistake: a missing confirmation would go unnoticed. */
function faultOf(pattern: string): RuleFault | undefined {
  if (pattern.length > maxRuleLength) return "length";
  const parts = pattern.split("/");
  if (parts.length !== 3) return "parts";
  if (parts.some((part) => part.trim() === "")) return "blank";
  if (parts.some((part) => part !== part.trim())) return "space";
  if (/[\p{Cc}\p{Cs}]/u.test(pattern)) return "character";
  return undefined;
}

function ruleOf(text: string, line: number): Rule {
  const [productKey, deviceName, identifier] = text.split("/").map((part) => new Glob(part)) as [
    Glob,
    Glob,
    Glob,
  ];
  return { line, text, productKey, deviceName, identifier };
}
