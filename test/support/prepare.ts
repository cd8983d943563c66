// Installs once what several processes of tests use: the package, into the folder that the argument names, and the
// versions of Node.js and Node-RED that the project does not depend on.
import { mkdir } from "node:fs/promises";
import { cached, install, packedTarball } from "./npm";

async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([
    cached("node", 24),
    cached("node-red", 5),
    packedTarball().then((tarball) => install(folder, tarball)),
  ]);
}

const [, , folder] = process.argv;
if (folder === undefined) {
  console.error("Name the folder: npm run test:install -- FOLDER");
  process.exitCode = 1;
} else {
  prepare(folder).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
