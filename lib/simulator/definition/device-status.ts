export const deviceStatuses = ["ONLINE", "OFFLINE", "UNACTIVE", "DISABLE"] as const;
export type DeviceStatus = (typeof deviceStatuses)[number];
