// npm run lint: the formatter and the linter at once. What has been found well formatted is not looked at again.
import { command, nodeAsync, root } from "./steps.mjs";

process.chdir(root);
const codes = await Promise.all([
  nodeAsync([command("prettier"), "--check", "--cache", "--cache-strategy=content", "."]),
  nodeAsync([command("oxlint"), "--type-aware", "--deny-warnings"]),
]);
process.exit(codes.find((code) => code !== 0) ?? 0);
