import type { Target } from "./inputs";
import type { ModelSource } from "./model-source";
import type { ReplySource } from "./reply-source";

/** A property as a device has reported it. */
export interface ReportedProperty {
  value: unknown;
  /** UTC milliseconds. */
  time?: unknown;
}

/** A property post. */
export interface PropertyReport {
  /** When the platform created it, in UTC milliseconds. */
  generateTime: number | undefined;
  /** @param name `Name` or `module:Name` */
  valueOf(name: string): ReportedProperty | undefined;
}

/** Where property posts come from: a subscription. */
interface ReportSource {
  /** Hands on the posts of a device from now on; the function that is returned ends that. */
  watch(
    target: Target,
    watcher: { posted(report: PropertyReport): void; /** There will be no more. */ ended(): void },
  ): () => void;
}

/** Reads what the platform has last heard of a device. */
export interface PresentValues {
  /**
   * @param names as `Name` or `module:Name`
   * @returns what was ever reported of them; times are the platform's, in UTC milliseconds
   * @throws {Failure} where it cannot be read
   */
  read(
    target: Target,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, { value: unknown; time: number | undefined }>>;
}

/** What a property set is confirmed by. */
export interface ReportSources {
  /** The devices' answers to property sets. */
  sets: ReplySource;
  reports: ReportSource;
  present: PresentValues;
  /** The platform's time at a moment of `performance.now()`. */
  clock: { at(moment: number): number };
  models: ModelSource | undefined;
}
