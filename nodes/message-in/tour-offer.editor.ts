import { translatorOf } from "../../editor/index";
import { tourNodes, tourTab } from "./tour.editor";

const t = translatorOf("message-in");
/** In descriptions of tabs and nodes, and in that of the palette's category. */
const link = "#aliyun-iot-tour";
let isRunning = false;

interface Actions {
  /** The published type lacks the options. */
  add(name: string, handler: () => void, options: { label: string }): void;
}

/**
 * Lets people start the tour: with the action `aliyun-iot:start-tour`, or with a link in a description.
 * @param address of the module that has the tour as its default export
 */
export function offerTour(address: string): void {
  const start = (): void => startTour(address);
  (RED.actions as Actions).add("aliyun-iot:start-tour", start, {
    label: t("aliyun-iot-message-in.tour.action"),
  });
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest?.(`a[href="${link}"]`)) return;
    event.preventDefault();
    start();
  });
}

/** Runs the tour, or says where its tab is to be had. */
function startTour(address: string): void {
  if (isRunning) return;
  if (!Object.values(tourNodes).every((id) => RED.nodes.node(id))) {
    RED.notify(t("aliyun-iot-message-in.tour.missing"), "warning");
    return;
  }
  isRunning = true;
  RED.workspaces.show(tourTab);
  RED.tourGuide.run(address, (error) => {
    isRunning = false;
    if (error instanceof Error) RED.notify(error.message, "error");
  });
}
