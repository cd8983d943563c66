/** What the dialogs of all nodes share: one file in the browser, loaded once. */
export { isVariable } from "../lib/base/env-name";
export { numberBounds, readBounded } from "../lib/base/number-bounds";
export { showChosen } from "./chosen";
export { addConfigNode, configNodesOf } from "./config-node";
export {
  defaultsOf,
  type Definition,
  type NodeOf,
  registerType,
  type StoredNode,
  type Validator,
  validator,
} from "./definition";
export { entryProblem, readForm } from "./form-data";
export {
  chosen,
  closeForm,
  configNode,
  inputOf,
  isAnyChanged,
  isOpen,
  openForm,
  trimmed,
  valueOf,
} from "./form";
export { type InputsMode, InputsModes, modeOf, typesOfMode } from "./inputs-mode";
export { knownDevice, type KnownDevice, type NamedDevice } from "./known-device";
export {
  consumerGroupList,
  deviceList,
  eventList,
  type ModelOwner,
  needed,
  productList,
  serviceList,
} from "./lists";
export { accountForm, ask, lookUp } from "./look-up";
export { addNote, deviceNote, productNote, soon } from "./notes";
export { type ServiceView, showFormAlone, showParameters } from "./parameter-panel";
export { plainName } from "./plain-name";
export { addList, addPicker } from "./picker";
export { showProblems } from "./problems";
export { isJson } from "./raw-json";
export { errorText, localize, t, translatorOf } from "./texts";
export { radios, typedInput, verbatimJson } from "./typed-input";
