// Runs in the editor's page under npm start: begins the tour when the editor is opened for the first time.
"use strict";

(() => {
  const setting = "aliyun-iot-tour-offered";
  RED.events.on("flows:loaded", () => {
    if (RED.settings.get(setting) || !document.querySelector("#red-ui-tab-a1107e0000000000")) return;
    RED.settings.set(setting, true);
    // After what the editor itself does to show the flows.
    setTimeout(() => RED.actions.invoke("aliyun-iot:start-tour"), 500);
  });
})();
