import type { NodeOf } from "../../editor/index";
import type { ReadDeviceProperties } from "../defaults/read-device";

export type ReadDeviceNode = NodeOf<ReadDeviceProperties>;
