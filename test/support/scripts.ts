import path from "node:path";
import { pathToFileURL } from "node:url";
import type { FlowNode } from "./admin";
import { packageRoot } from "./npm";

/** The table of the examples: scripts/cookbook.mjs. */
export interface Cookbook {
  tabs: number[];
  needDashboard: number[];
  taskPages: Record<string, number>;
}

/** What scripts/example-flows.mjs offers; files are relative to the repository. */
export interface ExampleFlows {
  allExamples(): { number: number; file: string; chineseFile: string }[];
  flowOfPage(page: string, language?: string): string;
  readExample(file: string): FlowNode[];
  mergeExamples(language?: string, numbers?: number[]): FlowNode[];
  inLanguage(nodes: FlowNode[], language: string): FlowNode[];
}

/** Loads a script of `scripts/`; these are ES modules. */
export async function script<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(path.join(packageRoot, "scripts", name)).href)) as T;
}
