import { translatorOf } from "../../editor/index";
import { tourNodes } from "./tour-nodes.editor";

const t = translatorOf("invoke-service");

/** A step of a tour, as Node-RED's tour guide takes it. A description is HTML. */
interface Step {
  title?: string;
  description: string;
  /** Without it, the step is shown in the middle of the window. */
  element?: () => JQuery;
  direction?: "left" | "right" | "top" | "bottom";
  width?: number;
  /** Where the text moves, and the shade disappears, when the mouse comes near, so that the element can be used. */
  fallback?: string;
  prepare?: (done: () => void) => void;
  complete?: () => void;
}

const betweenLooksMs = 150;
const maxLooks = 20;

const onCanvas = (id: string) => (): JQuery => $(`#${id}`);

/** What is to be seen of a place that an editor may have hidden; else the whole editor, as the guide needs something. */
const seen = (selector: string) => (): JQuery => {
  const visible = $(selector).filter(":visible").last();
  return visible.length > 0 ? visible : $(".red-ui-editor");
};

const steps: Step[] = [
  {
    title: t("aliyun-iot-invoke-service.tour.welcome-title"),
    description: t("aliyun-iot-invoke-service.tour.welcome"),
  },
  {
    description: t("aliyun-iot-invoke-service.tour.press"),
    element: onCanvas(tourNodes.inject),
    fallback: "inset-bottom-right",
  },
  {
    description: t("aliyun-iot-invoke-service.tour.call"),
    element: onCanvas(tourNodes.call),
  },
  {
    description: t("aliyun-iot-invoke-service.tour.result"),
    element: seen(".red-ui-debug-content, .red-ui-debug-window"),
    direction: "left",
    prepare(done) {
      RED.sidebar.show("debug");
      setTimeout(done);
    },
  },
  {
    description: t("aliyun-iot-invoke-service.tour.press-offline"),
    element: onCanvas(tourNodes.offlineInject),
    fallback: "inset-bottom-right",
  },
  {
    description: t("aliyun-iot-invoke-service.tour.failure"),
    element: onCanvas(tourNodes.offlineCall),
  },
  {
    description: t("aliyun-iot-invoke-service.tour.dialog"),
    element: seen(".red-ui-tray"),
    direction: "left",
    prepare: openCall,
    complete: () => $("#node-dialog-cancel").trigger("click"),
  },
  {
    title: t("aliyun-iot-invoke-service.tour.next-title"),
    description: t("aliyun-iot-invoke-service.tour.next"),
  },
];

/** Goes on when the dialog has slid to its place; the guide reads that only once. */
function openCall(done: () => void): void {
  let place = "";
  let looks = 0;
  const timer = setInterval(() => {
    const now = JSON.stringify($(".red-ui-tray").last()[0]?.getBoundingClientRect());
    const isStill = now !== undefined && now === place;
    place = now ?? "";
    if (!isStill && ++looks < maxLooks) return;
    clearInterval(timer);
    done();
  }, betweenLooksMs);
  RED.editor.edit(RED.nodes.node(tourNodes.call)!);
}

/** Where the browser has this module from. */
export const address = import.meta.url;

// oxlint-disable-next-line import/no-default-export -- Node-RED runs the default export of the module
export default { steps };
