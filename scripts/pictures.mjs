// npm run pictures: installs and builds where needed, then makes the pictures; docs/pictures/main.ts describes the
// options.
import { build, ensureInstalled, node, root } from "./steps.mjs";

process.chdir(root);
ensureInstalled();
build();
process.exit(node(["dist/docs/pictures/main.js", ...process.argv.slice(2)]));
