// npm run lint: the formatter and the linter in parallel. Unchanged, well-formatted files are not checked again.
import { constants, setPriority } from "node:os";
import { command, nodeAsync, root } from "./steps.mjs";

process.chdir(root);
// Tests that run in parallel have time limits and take precedence.
setPriority(constants.priority.PRIORITY_LOW);
const codes = await Promise.all([
  nodeAsync([command("prettier"), "--check", "--cache", "--cache-strategy=content", "."]),
  nodeAsync([command("oxlint"), "--type-aware", "--deny-warnings"]),
]);
process.exit(codes.find((code) => code !== 0) ?? 0);
