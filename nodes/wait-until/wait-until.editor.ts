import {
  closeForm,
  defaultsOf,
  type Definition,
  openForm,
  registerType,
  translatorOf,
} from "../../editor/index";
import { waitUntilDefaults, type WaitUntilProperties } from "../defaults/wait-until";

const t = translatorOf("wait-until");

const definition: Definition<WaitUntilProperties> = {
  category: "aliyun-iot",
  color: "#F4A460",
  icon: "wait-until.svg",
  paletteLabel: () => t("aliyun-iot-wait-until.label.palette"),
  defaults: defaultsOf<WaitUntilProperties>(waitUntilDefaults, {
    subscription: { type: "aliyun-iot-subscription", required: true },
  }),
  inputs: 1,
  outputs: 2,
  label() {
    return this.name || this._("aliyun-iot-wait-until.label.palette");
  },
  oneditprepare() {
    openForm(this);
  },
  oneditsave() {
    closeForm(this);
  },
};

registerType("aliyun-iot-wait-until", definition);
