import { translatorOf } from "../../editor/index";
import { tourNodes } from "./tour-nodes.editor";

const t = translatorOf("invoke-service");
/** In descriptions of tabs and nodes. */
const link = "#aliyun-iot-tour";
let isRunning = false;

interface Actions {
  /** The published type lacks the options. */
  add(name: string, handler: () => void, options: { label: string }): void;
}

/** Lets people start the tour: with the action `aliyun-iot:start-tour`, or with a link in a description. */
export function offerTour(): void {
  const actions = RED.actions as Actions;
  actions.add("aliyun-iot:start-tour", () => void start(), {
    label: t("aliyun-iot-invoke-service.tour.action"),
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest(`a[href="${link}"]`)) return;
    event.preventDefault();
    void start();
  });
}

/** Whether the tab is there, with all that the tour shows: its nodes go with it. */
function areThere(): boolean {
  const { tab: _tab, ...nodes } = tourNodes;
  return Object.values(nodes).every((id) => RED.nodes.node(id));
}

async function start(): Promise<void> {
  if (isRunning) return;
  if (!areThere()) {
    RED.notify(t("aliyun-iot-invoke-service.tour.missing"), "warning");
    return;
  }
  isRunning = true;
  try {
    const { address } = await import("./tour.lazy.editor.js");
    RED.workspaces.show(tourNodes.tab);
    RED.tourGuide.run(address, end);
  } catch (error) {
    end(error);
  }
}

function end(error?: unknown): void {
  isRunning = false;
  if (error instanceof Error) RED.notify(error.message, "error");
}
