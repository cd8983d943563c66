// Runs in the editor's page under npm run dev: reloads it once another Node-RED answers than the one it came from.
"use strict";

(() => {
  let from;
  const listen = () => {
    const events = new EventSource("dev-events");
    events.addEventListener("message", ({ data }) => {
      from ??= data;
      if (data !== from) location.reload();
    });
    events.addEventListener("error", () => {
      // A browser gives up on a server that is still starting, and waits for seconds after it has lost one.
      events.close();
      setTimeout(listen, 100);
    });
  };
  listen();
})();
