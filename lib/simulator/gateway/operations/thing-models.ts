import type { JsonObject } from "../../../base/json";
import type { Platform } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import { type Operation, type Parameters, productOf } from "./operation";
import { createdAt } from "./products";

/** The only published version, written as the platform does: milliseconds as text (docs/protocol.md, 6.6). */
const publishedAt = String(createdAt);

/** docs/protocol.md, 6.3. Draft and published model are the same here. */
export const getThingModelTsl: Operation = { required: ["ProductKey"], run: readTsl };
export const getThingModelTslPublished: Operation = { required: ["ProductKey"], run: readTsl };

export const listThingModelVersion: Operation = {
  required: ["ProductKey"],
  run(parameters, platform) {
    productWithModel(parameters, platform);
    return {
      Data: { ModelVersions: [{ ModelVersion: publishedAt, GmtCreate: createdAt, Description: "" }] },
    };
  },
};

function readTsl(parameters: Parameters, platform: Platform): JsonObject {
  const tsl = productWithModel(parameters, platform);
  const version = parameters.get("ModelVersion");
  if (version && version !== publishedAt) fail(`there is no ModelVersion ${version}`);
  const id = parameters.get("FunctionBlockId") ?? "";
  const module = tsl.find((candidate) => (candidate.functionBlockId ?? "") === id);
  if (!module) return fail(`there is no FunctionBlockId ${id}`);
  const shown = parameters.get("Simple") === "true" ? simple(module) : module;
  return { Data: { TslStr: JSON.stringify(shown), TslUri: "" } };
}

function productWithModel(parameters: Parameters, platform: Platform): JsonObject[] {
  const product = productOf(parameters, platform);
  if (product.model) return product.tsl;
  throw new BusinessFailure("iot.prod.NotSeniorProduct", `product ${product.productKey} has no thing model`);
}

function fail(message: string): never {
  throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
}

/** The short form: identifiers and types, without names and specs. */
function simple(tsl: JsonObject): JsonObject {
  const text = JSON.stringify(tsl, (key, value: unknown) => {
    if (key === "name" || key === "desc" || key === "schema") return undefined;
    return key === "specs" && !Array.isArray(value) && !hasItem(value) ? undefined : value;
  });
  return JSON.parse(text) as JsonObject;
}

function hasItem(specs: unknown): boolean {
  return typeof specs === "object" && specs !== null && "item" in specs;
}
