// npm run bench: installs and builds where needed, then measures; what it takes is said in bench/main.ts.
import { build, ensureInstalled, node, root } from "./steps.mjs";

process.chdir(root);
ensureInstalled();
build();
process.exit(node(["dist/bench/main.js", ...process.argv.slice(2)]));
