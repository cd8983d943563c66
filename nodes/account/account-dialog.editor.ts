import {
  choices,
  endpointOf,
  isAnyChanged,
  isVariable,
  loadPart,
  openForm,
  radios,
  showProblems,
  translatorOf,
} from "../../editor/index";
import { safetyProperties } from "../defaults/account";
import { type Account, isMissing } from "./account-properties.editor";
import { addConnectionCheck } from "./connection-check.editor";

const t = translatorOf("account");
const kindsWithKey = ["access_key", "sts", "ram_role_arn"];

/** Sets up the account's dialog. */
export function fillDialog(node: Account): void {
  openForm(node);
  radios(node, "platform").on("change", function () {
    const isSimulated = $(this).val() === "simulator";
    $(".aliyun-iot-on-cloud").toggleClass("aliyun-iot-hidden", isSimulated);
    $(".aliyun-iot-on-simulator").toggleClass("aliyun-iot-hidden", !isSimulated);
  });
  addRegions();
  $("#node-config-input-credentialType").on("change", function () {
    const kind = String($(this).val());
    $("[data-aliyun-iot-kinds]").each((_index, part) => {
      const isFor = part.dataset["aliyunIotKinds"]?.split(" ").includes(kind);
      $(part).toggleClass("aliyun-iot-hidden", !isFor);
    });
  });
  const limits = ["timeout", "rate", "concurrency", "queueLimit", "queueTtl"];
  const more = ["endpoint", "proxy", "tls", ...limits, "spareConnection", "coordination"];
  $("#aliyun-iot-account-more").prop("open", isAnyChanged(node, more));

  addSafety(node);

  const needed =
    (message: string, kinds: readonly string[]) =>
    (value: unknown): true | string =>
      isMissing(node, value, kinds) ? message : true;
  showProblems(node, {
    accessKeyId: needed(t("aliyun-iot-account.validation.accessKeyId"), kindsWithKey),
    accessKeySecret: needed(t("aliyun-iot-account.validation.accessKeySecret"), kindsWithKey),
    securityToken: needed(t("aliyun-iot-account.validation.securityToken"), ["sts"]),
  });
  addConnectionCheck(node, $("#aliyun-iot-connection-check"), $("#aliyun-iot-policy"));
}

/** The regions to choose from, and a field for any other. */
function addRegions(): void {
  const select = $("#aliyun-iot-region");
  const region = $("#node-config-input-regionId");
  const text = (): string => String(region.val());
  const isListed = select.find("option").is((_index, option) => $(option).val() === text());
  select.val(isListed ? text() : "");
  select.on("change", () => {
    region.val(String(select.val())).trigger("change");
    if (select.val() === "") region.trigger("focus");
  });
  region.on("change keyup", () => {
    region.toggleClass("aliyun-iot-hidden", select.val() !== "");
    $("#node-config-input-endpoint").attr("placeholder", endpointExample(text()));
  });
}

/** Where the API answers if nothing is typed. */
function endpointExample(regionId: string): string {
  if (isVariable(regionId)) return "https://";
  try {
    return endpointOf(regionId, "").origin;
  } catch {
    return "https://";
  }
}

/** The section Safety, whose code is loaded when it is unfolded. */
function addSafety(node: Account): void {
  const section = $("#aliyun-iot-account-safety");
  choices(node, "audit");
  choices(node, "auditArgs");
  const load = async (): Promise<void> => {
    const part = import("./safety.lazy.editor.js");
    await loadPart(section, part, ({ fillSafety }: typeof import("./safety.lazy.editor")) => {
      // The dialog may have been closed in the meantime.
      if (section[0]?.isConnected) fillSafety(node);
    });
    section.attr("aria-busy", "false");
  };
  section.attr("aria-busy", "true").one("toggle", () => void load());
  section.prop("open", isAnyChanged(node, safetyProperties));
}
