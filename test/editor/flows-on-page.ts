// A page takes other flows as it does when a user of Node-RED changes the project. To load the editor anew takes the
// browser many times as long.
import type { Page } from "playwright-core";

/**
 * Takes the flows from a page, and with them what the last tests have left. Until it is given others it overhears
 * that somebody deploys, of which it would tell its user.
 */
export async function takeFlows(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    RED.nodes.clear();
    RED.history.clear();
    RED.actions.invoke("core:clear-debug-messages");
    RED.sidebar.show("info");
    $("#red-ui-notifications").children().each((_index, note) => note.close?.());
    $("#red-ui-palette-container, #red-ui-workspace-chart").scrollTop(0).scrollLeft(0);
    window.getVersion ??= RED.nodes.version;
    RED.nodes.version = () => null;
  })()`);
}

/** Gives a page the flows that run, and their status, as a start of the editor does. */
export async function giveFlows(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const { flows, rev } = await $.ajax({ url: "flows", cache: false, headers: { Accept: "application/json" } });
    RED.nodes.version = window.getVersion;
    RED.nodes.version(rev);
    RED.nodes.import(flows);
    RED.nodes.dirty(false);
    RED.view.redraw(true);
    RED.workspaces.show(RED.nodes.getWorkspaceOrder()[0]);
    RED.events.emit("flows:loaded");
    // Whoever subscribes is told what the status is now.
    const nobody = () => undefined;
    RED.comms.subscribe("status/#", nobody);
    RED.comms.unsubscribe("status/#", nobody);
  })()`);
}
