import type { GroupDefinition } from "../definition/groups";

/** All water valves: one is offline, one is stuck. */
export const valveGroup = "GrpWaterValves01";
/** A hundred lamps. */
export const riverRoadGroup = "GrpRiverRoad0001";

/** For commands to many devices. */
export const sampleGroups: GroupDefinition[] = [
  { groupId: valveGroup, name: "Garden valves 花园水阀" },
  { groupId: riverRoadGroup, name: "River Road 滨河路", desc: "the first hundred lamps 前一百盏路灯" },
  {
    groupId: "GrpOnlineLamps01",
    name: "Street lights online 在线路灯",
    dynamic: { productKey: "a1StreetLt1", status: "ONLINE" },
  },
];
