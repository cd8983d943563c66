/** What the tour shows: ids in examples/0-start-here.json. */
export const tourNodes = {
  tab: "a1107e0000000000",
  inject: "a1107e0000000002",
  call: "a1107e0000000003",
  offlineInject: "a1107e0000000006",
  offlineCall: "a1107e0000000007",
} as const;
