/** Stands in until the one that finds devices lands. */
export interface TargetSources {
  readonly hasInstanceId: boolean;
}
