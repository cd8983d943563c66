import type { NodeOf } from "../../editor/index";
import type { InvokeProperties } from "../defaults/invoke-service";

export type InvokeNode = NodeOf<InvokeProperties>;
