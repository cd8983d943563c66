import { Failure, type Text } from "../base/failure";
import { type JsonObject, parseJson, setMember } from "../base/json";
import { readable } from "../base/text";
import { decode } from "../thing-model/decode";
import type { Parameter } from "../thing-model/model";
import type { PropertySet } from "../thing-model/property-set";
import { isSameValue } from "../thing-model/same-value";
import type { ModelSource } from "./model-source";
import { problemList } from "./problem-list";
import { keptProperties } from "./property-check";
import type { PropertyCommand } from "./property-operation";
import type { PropertyReport, ReportedProperty } from "./report-source";

/** The report of a property, created since it was set, that counts. */
interface Seen extends ReportedProperty {
  /** By the platform's clock, in UTC milliseconds. */
  at: number;
  isSame: boolean;
}

/** Properties named in one sentence. */
const maxNamed = 10;
const maxValueLength = 60;

/** The values that a command sets, and what the device has reported of them. */
export class ReportedProperties {
  /** What is cleared has no value to be reported. */
  private readonly wanted: ReadonlyMap<string, unknown>;
  private readonly seen = new Map<string, Seen>();
  private set: PropertySet | undefined;

  constructor(
    private readonly command: PropertyCommand,
    private readonly models: ModelSource | undefined,
  ) {
    const items = parseJson(command.items) as JsonObject;
    this.wanted = new Map(Object.entries(items).filter(([, value]) => value !== null));
    this.set = command.properties;
  }

  get names(): string[] {
    return [...this.wanted.keys()];
  }

  /** Whether each value has been reported. */
  get areShown(): boolean {
    for (const name of this.wanted.keys()) if (!this.seen.get(name)?.isSame) return false;
    return true;
  }

  /** @param at when the platform created the report */
  look(report: PropertyReport, at: number): void {
    for (const name of this.wanted.keys()) {
      const reported = report.valueOf(name);
      if (reported) this.see(name, reported, at);
    }
  }

  /**
   * Reports may arrive in any order. One with the value that was set confirms it, even if a newer report with another
   * value has already arrived: a device that has gone on to the next command has carried out this one. A newer report
   * that arrives afterwards with another value counts instead.
   */
  see(name: string, reported: ReportedProperty, at: number): void {
    if (!this.wanted.has(name)) return;
    const known = this.seen.get(name);
    const isSame = isSameValue(this.wanted.get(name), reported.value, this.typeOf(name)?.dataType);
    const isNews = !known || at > known.at || (isSame && !known.isSame);
    if (isNews) this.seen.set(name, { ...reported, at, isSame });
  }

  /** What has been reported, in the types of the thing model. */
  items(): Record<string, { value: unknown; time: unknown }> {
    const items: Record<string, { value: unknown; time: unknown }> = {};
    for (const [name, { value, time, at }] of this.seen) {
      const dataType = this.typeOf(name)?.dataType;
      setMember(items, name, { value: dataType ? decode(value, dataType) : value, time: time ?? at });
    }
    return items;
  }

  /**
   * Why the command counts as failed, or why nobody knows.
   * @param milliseconds that the device had
   * @param silence why there is no reply; undefined where there is one
   */
  failure(milliseconds: number, silence: Failure | undefined): Failure {
    const seconds = Math.round(milliseconds / 100) / 10;
    const others = [...this.seen].filter(([, { isSame }]) => !isSame);
    if (others.length > 0) {
      const values = problemList(others.slice(0, maxNamed).map(reportedText), others.length > maxNamed);
      return new Failure({
        code: "not-reported",
        category: "device",
        outcome: "failed",
        retryable: false,
        text: { key: "errors.not-reported", params: { seconds, values } },
        hint: "hints.not-reported",
      });
    }
    const missing = this.names.filter((name) => !this.seen.has(name));
    return new Failure({
      code: "reply-timeout",
      category: "timeout",
      outcome: "unknown",
      retryable: false,
      text: { key: "errors.report-timeout", params: { seconds, names: readable(missing.join(", "), 200) } },
      hint: silence?.hint ?? "hints.report-timeout",
    });
  }

  private typeOf(name: string): Parameter | undefined {
    if (!this.set && this.models) this.set = keptProperties(this.models, this.command);
    const parameter = this.set?.all.get(name);
    return parameter?.isUnchecked ? undefined : parameter;
  }
}

function reportedText([name, { value }]: [string, Seen]): Text {
  const shown = readable(JSON.stringify(value) ?? "", maxValueLength);
  return { key: "errors.reported-as", params: { name: readable(name, maxValueLength), value: shown } };
}
