// npm start: on a fresh clone installs, builds and starts Node-RED with the examples as tabs and the simulator inside.
// PORT chooses the port. `npm start -- --fresh` forgets the changes made in the editor.
import { chosenPort, listen, startNodeRed } from "./node-red.mjs";
import { build, ensureInstalled } from "./steps.mjs";
import { makeUserDir } from "./user-dir.mjs";

const port = chosenPort();
// Listens first, so that an error about the port comes before a minute of installing.
const listening = await listen(port, "npm start");
ensureInstalled();
build();
const { settings } = makeUserDir({ fresh: process.argv.includes("--fresh") });
await startNodeRed(listening, port, settings);
console.log(`
Node-RED is ready, with the examples as tabs: http://127.0.0.1:${port}/

The devices are simulated, so no account is needed. To call a service of one:

  curl http://127.0.0.1:${port}/lamp/80

The response comes from a simulated lamp. Your changes to the flows are kept in .node-red/;
npm start -- --fresh restores the examples. Press Ctrl-C to stop Node-RED.
`);
