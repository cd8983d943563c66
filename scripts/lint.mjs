// npm run lint: the formatter and the linter at once. What has been found well formatted is not looked at again.
import { constants, setPriority } from "node:os";
import { command, nodeAsync, root } from "./steps.mjs";

process.chdir(root);
// Tests that run beside it have limits of time, and go first.
setPriority(constants.priority.PRIORITY_LOW);
const codes = await Promise.all([
  nodeAsync([command("prettier"), "--check", "--cache", "--cache-strategy=content", "."]),
  nodeAsync([command("oxlint"), "--type-aware", "--deny-warnings"]),
]);
process.exit(codes.find((code) => code !== 0) ?? 0);
