/** What the dialogs of all nodes share: one file in the browser, loaded once. */
export { isVariable } from "../lib/base/env-name";
// Nodes that import from these modules get it from here (scripts/bundle.mjs).
export * from "../lib/base/identifiers";
export * from "../lib/base/number-bounds";
export { endpointOf, isEndpoint } from "../lib/cloud/regions";
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
export {
  chosen,
  closeForm,
  configNode,
  inputOf,
  isAnyChanged,
  isOpen,
  openForm,
  trimmed,
  valueIn,
  valueOf,
} from "./form";
export { entryProblem, readForm } from "./form-data";
export { type InputsMode, InputsModes, modeOf, typesOfMode } from "./inputs-mode";
export { knownDevice, type KnownDevice, type NamedDevice } from "./known-device";
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
export { type AccountForm, accountForm, ask, lookUp, lookUpWith } from "./look-up";
export { addNote, deviceNote, productNote, soon } from "./notes";
export { numberedLabel } from "./numbered-label";
export { type ServiceView, showFormAlone, showParameters } from "./parameter-panel";
export { plainName } from "./plain-name";
export { addList, addPicker } from "./picker";
export { showProblems } from "./problems";
export { isJson } from "./raw-json";
export { errorText, failureText, localize, t, translatorOf } from "./texts";
export type { FailureTexts, Translate } from "./translate";
export { choices, radios, typedInput, verbatimJson } from "./typed-input";
