import type { Node, NodeAPI } from "node-red";
import { unsetVariable } from "../../lib/base/env-name";
import { Failure, invalidInput, type Text } from "../../lib/base/failure";
import { isObject } from "../../lib/base/json";
import { textOf } from "../../lib/base/text";
import { readForm } from "../../lib/invocation/form";
import { textOfPath } from "../../lib/invocation/form-problems";
import { fieldName, sourceOf } from "../../lib/invocation/inputs";
import type { InvokeSettings } from "../defaults/invoke-service";
import type { CallForm, FixedValue } from "./call-form";

/** Something that a call without a message needs to be told. */
interface Question {
  key: string;
  /** The field, or the path of a parameter. */
  name: Text | string;
  /** Where a message's call takes it from, such as `msg.payload`. */
  source: string;
  /** `text` names something, `value` is a parameter's value, `args` is JSON text of one object. */
  kind: "text" | "value" | "args";
}

/** A field or parameter that takes its value from somewhere. */
interface Source extends Question {
  type: string;
  expression: string;
}

/** What is asked for, and what the runtime evaluates. */
interface Sources {
  questions: Question[];
  /** Keys of what is evaluated. Their values are shown to nobody. */
  evaluated: string[];
}

/**
 * What is to be asked for before a call without a message. Values of the runtime are evaluated only for the deployed
 * node, and only where it takes the same parameter from the same source: nobody learns of a variable by naming it.
 * @param deployed the node as it is deployed, and its settings in the flow file
 * @throws {Failure} `invalid-input` if the form of the parameters cannot be read
 */
export function sourcesOf(
  RED: NodeAPI,
  { settings }: CallForm,
  deployed: { node: Node; settings: InvokeSettings } | undefined,
): Sources {
  const known = new Set(namesIn(deployed?.settings));
  const questions: Question[] = [];
  const evaluated: string[] = [];
  for (const source of listOf(settings)) {
    const { type, expression, ...question } = source;
    const isKnown = deployed && known.has(nameOf(source)) && type !== "str";
    if (isKnown && type !== "msg" && !(type === "jsonata" && usesMessage(RED, deployed.node, expression))) {
      evaluated.push(question.key);
    } else questions.push(question);
  }
  return { questions, evaluated };
}

/** Sources of the deployed node; none where its form cannot be read. */
function namesIn(settings: InvokeSettings | undefined): string[] {
  try {
    return settings ? listOf(settings).map(nameOf) : [];
  } catch {
    return [];
  }
}

function nameOf({ name, type, expression }: Source): string {
  return JSON.stringify([name, type, expression]);
}

/** Everything in the settings that is no fixed value. */
function listOf(settings: InvokeSettings): Source[] {
  const device =
    settings.target === "iotId" ? ["iotId" as const] : ["productKey" as const, "deviceName" as const];
  const texts = [...device, "service" as const].flatMap((property): Source[] => {
    const [type, expression] = [String(settings[`${property}Type`]), textOf(settings[property]) ?? ""];
    const variable = type === "str" ? unsetVariable(expression.trim()) : undefined;
    if (type === "str" && variable === undefined) return [];
    const source = variable === undefined ? sourceOf(type, expression) : expression.trim();
    return [{ key: property, name: fieldName(property), source, kind: "text", type, expression }];
  });
  return [...texts, ...sourcesOfArgs(settings)];
}

function sourcesOfArgs({ args, argsType }: InvokeSettings): Source[] {
  const type = String(argsType);
  if (type === "form") {
    const form = readForm(args, fieldName("args"));
    if (form instanceof Failure) throw form;
    return form.sources.map((source) => ({
      key: `args:${source.index}`,
      name: textOfPath(source.path),
      source: sourceOf(source.type, source.expression),
      kind: "value",
      type: source.type,
      expression: source.expression,
    }));
  }
  if (type === "str" || type === "json") return [];
  const expression = String(args);
  const source = sourceOf(type, expression);
  return [{ key: "args", name: fieldName("args"), source, kind: "args", type, expression }];
}

/** Whether an expression takes anything from the message; what cannot be parsed fails where it is evaluated. */
function usesMessage(RED: NodeAPI, node: Node, expression: string): boolean {
  try {
    const prepared = RED.util.prepareJSONataExpression(expression, node) as unknown as { ast(): unknown };
    return readsInput(prepared.ast());
  } catch {
    return false;
  }
}

/** Whether a part of an expression may refer to its input; later steps of a path refer to the earlier ones. */
function readsInput(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(readsInput);
  if (!isObject(part)) return false;
  const { type, value } = part;
  if (type === "name" || type === "wildcard" || type === "descendant" || type === "parent") return true;
  // `$` and `$$`
  if (type === "variable" && (value === "" || value === "$")) return true;
  return Object.values(part).some(readsInput);
}

/**
 * The settings with the answers in place of what was asked for.
 * @throws {Failure} `invalid-input` that names what is missing
 */
export function answered({ settings, values }: CallForm, { questions }: Sources): InvokeSettings {
  const filled: Record<string, unknown> = { ...settings };
  const answers = new Map<number, FixedValue>();
  for (const { key, name, kind } of questions) {
    const value = values.get(key);
    if (!value) throw invalidInput({ key: "errors.call-missing", params: { name } });
    if (kind === "value") answers.set(Number(key.slice("args:".length)), value);
    else if (kind === "args") Object.assign(filled, { args: value.value, argsType: "json" });
    else Object.assign(filled, { [key]: value.value, [`${key}Type`]: "str" });
  }
  if (answers.size > 0) filled["args"] = withAnswers(String(settings.args), answers);
  return { ...settings, ...filled };
}

/** A form with fixed values in place of sources, which are counted in the order of the form. */
function withAnswers(text: string, answers: ReadonlyMap<number, FixedValue>): string {
  const form = JSON.parse(text) as unknown;
  let index = 0;
  const fill = (entry: unknown): void => {
    if (!isObject(entry)) return;
    const { type, value } = entry;
    if (type === "struct" || type === "array") {
      if (typeof value === "object" && value !== null) Object.values(value).forEach(fill);
      return;
    }
    if (type === "num" || type === "str" || type === "bool" || type === "json") return;
    const answer = answers.get(index++);
    if (answer) Object.assign(entry, answer);
  };
  if (isObject(form)) Object.values(form).forEach(fill);
  return JSON.stringify(form);
}
