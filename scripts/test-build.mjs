// npm run test:build: installs and builds where needed, as every other command does before it begins.
import { build, ensureInstalled, root } from "./steps.mjs";

process.chdir(root);
ensureInstalled();
build();
