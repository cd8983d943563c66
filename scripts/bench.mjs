// npm run bench: installs and builds where needed, then measures; bench/main.ts describes the options.
import { build, ensureInstalled, node, root } from "./steps.mjs";

process.chdir(root);
ensureInstalled();
build();
process.exit(node(["dist/bench/main.js", ...process.argv.slice(2)]));
