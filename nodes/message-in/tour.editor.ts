import { translatorOf } from "../../editor/index";

const t = translatorOf("message-in");

/** The tab that the tour is about: ids in examples/0-start-here.json. */
export const tourTab = "a1107e0000000000";

/** What the tour shows of it. */
export const tourNodes = {
  inject: "a1107e0000000002",
  call: "a1107e0000000003",
  offlineInject: "a1107e0000000006",
  offlineCall: "a1107e0000000007",
};

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
    title: t("aliyun-iot-message-in.tour.welcome-title"),
    description: t("aliyun-iot-message-in.tour.welcome"),
  },
  {
    description: t("aliyun-iot-message-in.tour.press"),
    element: onCanvas(tourNodes.inject),
    fallback: "inset-bottom-right",
  },
  {
    description: t("aliyun-iot-message-in.tour.call"),
    element: onCanvas(tourNodes.call),
  },
  {
    description: t("aliyun-iot-message-in.tour.result"),
    element: seen(".red-ui-debug-content"),
    direction: "left",
    prepare(done) {
      RED.sidebar.show("debug");
      setTimeout(done);
    },
  },
  {
    description: t("aliyun-iot-message-in.tour.press-offline"),
    element: onCanvas(tourNodes.offlineInject),
    fallback: "inset-bottom-right",
  },
  {
    description: t("aliyun-iot-message-in.tour.failure"),
    element: onCanvas(tourNodes.offlineCall),
  },
  {
    description: t("aliyun-iot-message-in.tour.dialog"),
    element: seen(".red-ui-tray"),
    direction: "left",
    prepare: openCall,
    complete: () => $("#node-dialog-cancel").trigger("click"),
  },
  {
    title: t("aliyun-iot-message-in.tour.next-title"),
    description: t("aliyun-iot-message-in.tour.next"),
  },
];

/** Goes on when the dialog has slid to its place; the guide reads that only once. */
function openCall(done: () => void): void {
  let bounds = "";
  let looks = 0;
  const timer = setInterval(() => {
    const now = JSON.stringify($(".red-ui-tray").last()[0]?.getBoundingClientRect());
    const isStill = now !== undefined && now === bounds;
    bounds = now ?? "";
    if (!isStill && ++looks < maxLooks) return;
    clearInterval(timer);
    done();
  }, betweenLooksMs);
  const call = RED.nodes.node(tourNodes.call);
  if (call) RED.editor.edit(call);
}

export const tour = { steps };
