/** What the dialogs of all nodes share: one file in the browser, loaded once. */
export { isVariable } from "../lib/base/env-name";
export { numberBounds, readBounded } from "../lib/base/number-bounds";
export {
  defaultsOf,
  type Definition,
  type NodeOf,
  registerType,
  type StoredNode,
  type Validator,
  validator,
} from "./definition";
export { chosen, closeForm, configNode, inputOf, isAnyChanged, openForm, trimmed, valueOf } from "./form";
export {
  consumerGroupList,
  deviceList,
  eventList,
  type ModelOwner,
  needed,
  productList,
  propertyList,
  serviceList,
} from "./lists";
export { accountForm, ask, lookUp } from "./look-up";
export { addNote, deviceNote, plainText, productNote, soon } from "./notes";
export { type ServiceView, showParameters } from "./parameter-panel";
export { addPicker } from "./picker";
export { showProblems } from "./problems";
export { isJson } from "./raw-json";
export { errorText, localize, t, translatorOf } from "./texts";
export { radios, typedInput, verbatimJson } from "./typed-input";
