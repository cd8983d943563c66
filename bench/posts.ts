/** What the posts of the bench come from: as many devices as the largest number of listeners. */
export const devices = 2000;
export const productKey = "a1BwAGV0001";
/** Deliveries under way at most, for every receiver. */
export const credits = 1000;
