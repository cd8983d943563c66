import {
  closeForm,
  defaultsOf,
  type Definition,
  isAnyChanged,
  type NodeOf,
  numberedLabel,
  openForm,
  registerType,
  showProblems,
  translatorOf,
  trimmed,
  validator,
  valueOf,
} from "../../editor/index";
import { isRedisPrefix, redisUrlProblem } from "../../lib/coordination/redis-address";
import { coordinationDefaults, type CoordinationProperties } from "../defaults/coordination";

const t = translatorOf("coordination");

const urlTexts = {
  missing: "aliyun-iot-coordination.validation.missing",
  password: "aliyun-iot-coordination.validation.password",
  unreadable: "aliyun-iot-coordination.validation.unreadable",
  unencrypted: "aliyun-iot-coordination.validation.unencrypted",
};

type CoordinationNode = NodeOf<CoordinationProperties>;

/** What tells a coordination without a name from others: where its Redis is. */
function labelOf({ name, url }: CoordinationNode): string {
  return name || trimmed(url).replace(/^rediss?:\/\//i, "") || t("aliyun-iot-coordination.label.palette");
}

function fillDialog(node: CoordinationNode): void {
  openForm(node);
  $("#aliyun-iot-coordination-more").prop("open", isAnyChanged(node, ["prefix", "tls"]));
  showProblems(node, {});
  // Whether the URL is right depends on it.
  $("#node-config-input-unencrypted").on("change", () => $("#node-config-input-url").trigger("change"));
}

const definition: Definition<CoordinationProperties> = {
  category: "config",
  color: "#F4A460",
  icon: "coordination.svg",
  paletteLabel: () => t("aliyun-iot-coordination.label.palette"),
  defaults: defaultsOf<CoordinationProperties>(coordinationDefaults, {
    url: {
      label: t("aliyun-iot-coordination.label.url"),
      validate: validator((value, node) => {
        const problem = redisUrlProblem(trimmed(value), valueOf(node, "unencrypted") === true);
        return problem && t(urlTexts[problem]);
      }),
    },
    prefix: {
      label: t("aliyun-iot-coordination.label.prefix"),
      validate: validator((value) =>
        !trimmed(value) || isRedisPrefix(trimmed(value))
          ? undefined
          : t("aliyun-iot-coordination.validation.prefix"),
      ),
    },
    unencrypted: { label: t("aliyun-iot-coordination.label.unencrypted") },
    tls: { type: "tls-config", required: false, label: t("aliyun-iot-coordination.label.tls") },
  }),
  credentials: {
    username: { type: "text" },
    password: { type: "password" },
  },
  label() {
    return this.name || numberedLabel(this, labelOf);
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    closeForm(this);
  },
};

registerType("aliyun-iot-coordination", definition);
