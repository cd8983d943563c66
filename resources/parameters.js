import { sentence } from "./look-up.js";
import { element, listOf, moreElement } from "./parameter-facts.js";
import { parameterRow, withMember } from "./parameter-row.js";
import { foldJson, membersOf, objectText, unfoldJson } from "./raw-json.js";

const t = (key, params) => sentence({ key, params });

/**
 * Shows a service's inputs: as a form that writes Args where they are JSON, else as the shape that a message must
 * have; and its outputs.
 * @param panel jQuery element to fill
 * @param service `{ name, description, callType, inputs, outputs, example }`, with `moreInputs` and `moreOutputs`
 * where not all of them are there
 * @param args `{ isForm, source, text(), write(text), fillIn() }`; `source` names where the args come from, such as
 * msg.payload, and `fillIn` turns to the form instead
 * @param check `(text) => Promise<problems>`; those that only warn, such as of a number off its step, are among them
 * @returns `{ follow() }`, to be called when Args were changed by other means
 */
function showParameters(panel, service, args, check) {
  panel.empty();
  const head = $('<div class="aliyun-iot-panel-head"></div>').appendTo(panel);
  head.append(
    element(
      "<strong></strong>",
      args.isForm ? t("panel.takes") : t("panel.takes-from", { source: args.source }),
    ),
  );
  if (service.description) {
    panel.append(element('<div class="aliyun-iot-facts"></div>', service.description));
  }
  const isWithout = service.inputs.length === 0;
  if (isWithout) panel.append(element('<div class="aliyun-iot-facts"></div>', t("panel.no-inputs")));
  const follow = args.isForm
    ? formOf(panel, head, service, args, check)
    : shapeOf(panel, head, service, args);
  panel.append(
    $('<div class="aliyun-iot-panel-head"></div>').append(element("<strong></strong>", t("panel.gives"))),
  );
  panel.append(listOf(service.outputs, service.moreOutputs));
  const answers = service.callType === "sync" ? t("panel.sync") : t("panel.async");
  panel.append(element('<div class="aliyun-iot-facts"></div>', answers));
  return { follow };
}

function shapeOf(panel, head, { inputs, moreInputs, example }, args) {
  panel.append(listOf(inputs, moreInputs));
  const sample = element('<pre class="aliyun-iot-example"></pre>', unfoldJson(example));
  const copy = $('<button type="button" class="red-ui-button red-ui-button-small"></button>').text(
    t("panel.copy"),
  );
  copy.on("click", () => RED.clipboard.copyText(sample.text(), copy, t("panel.copied")));
  const fillIn = $('<button type="button" class="red-ui-button red-ui-button-small"></button>').text(
    t("panel.fill-in"),
  );
  fillIn.on("click", () => args.fillIn());
  head.append(copy, inputs.length > 0 ? fillIn : "");
  panel.append(sample);
  return () => undefined;
}

function formOf(panel, head, service, args, check) {
  const { inputs } = service;
  const fill = $('<button type="button" class="red-ui-button red-ui-button-small"></button>').text(
    t("panel.fill"),
  );
  head.append(fill);
  let members = new Map();
  let question = 0;
  let timer;
  const rows = inputs.map((input) => {
    const row = parameterRow(input, (raw) => {
      members = withMember(members, inputs, input.identifier, raw);
      args.write(objectText(members));
      checkSoon();
    });
    panel.append(row.element);
    return { ...row, identifier: input.identifier };
  });
  panel.append(moreElement(service.moreInputs));
  const rest = $('<div class="aliyun-iot-parameter-problem" aria-live="polite"></div>').appendTo(panel);

  function checkSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => void checkNow(), 250);
  }

  async function checkNow() {
    const mine = ++question;
    const text = args.text();
    // A form that nobody has begun to fill in is not wrong yet.
    const problems = membersOf(text)?.size > 0 ? await check(text).catch(() => []) : [];
    if (mine !== question) return;
    panel.find(".aliyun-iot-parameter-problem").empty();
    // Who is filling in the form need not be told that there is more to come.
    const isFillingIn = panel[0].contains(document.activeElement);
    for (const { path, text: problem } of problems) {
      if (isFillingIn && problem.key === "check.missing") continue;
      const [, identifier, below] = /^([^.[]*)(.*)$/.exec(path);
      const row = rows.find((candidate) => candidate.identifier === identifier);
      if (row) row.problem(below, sentence(problem));
      else rest.append(element("<div></div>", `${path} ${sentence(problem)}`.trim()));
    }
  }

  function follow() {
    const written = membersOf(args.text());
    // Text that is being typed and is no JSON yet must not be overwritten.
    panel
      .find(":input")
      .not(fill)
      .prop("disabled", !written && args.text().trim() !== "");
    members = written ?? new Map();
    for (const row of rows) row.set(members.get(row.identifier));
    checkSoon();
  }

  panel.off("focusout.aliyun-iot").on("focusout.aliyun-iot", checkSoon);
  fill.on("click", () => {
    args.write(foldJson(service.example));
    follow();
  });
  follow();
  return follow;
}

export { showParameters };
