/** What the dialogs of all nodes share: one file in the browser, loaded once. */
export { isVariable } from "../lib/base/env-name";
// Whoever imports from these modules gets it from here, also `editor/device` (scripts/bundle.mjs).
export * from "../lib/base/identifiers";
export * from "../lib/base/number-bounds";
export { endpointOf, isEndpoint } from "../lib/cloud/regions";
export { addAccountNote } from "./account-note";
export { checkRows, isCutShort } from "./check-rows";
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
export { deviceDot, deviceStatus } from "./device-status";
export {
  chosen,
  chosenBelow,
  closeForm,
  configNode,
  inputOf,
  isAnyChanged,
  isKnownChoice,
  isOpen,
  nodesBelow,
  openForm,
  propertiesInPage,
  trimmed,
  valueIn,
  valueOf,
} from "./form";
export { knownDevice, type KnownDevice, type NamedDevice } from "./known-device";
export {
  type AccountId,
  cloudList,
  deviceList,
  eventList,
  groupList,
  type GroupRow,
  type ModelOwner,
  needed,
  productList,
  propertyList,
  serviceList,
} from "./lists";
export { loadPart } from "./load-part";
export { type AccountForm, accountForm, ask, lookUp, lookUpWith } from "./look-up";
export { addNote, deviceNote, onOpenAndChange, productNote } from "./notes";
export { numberedLabel } from "./numbered-label";
export { onlyChoice } from "./only-choice";
export { addList, addPicker, type AnyList, type PickerList } from "./picker";
export { plainName } from "./plain-name";
export type { FoundRows } from "./picker-state";
export { showProblems } from "./problems";
// Files without `$` and `RED` import from it directly, so that tests can run them without a browser.
export * from "./raw-json";
export { errorText, failureText, localize, LookUpError, problemText, t, translatorOf } from "./texts";
export type { FailureTexts, Translate } from "./translate";
export {
  choices,
  chooseType,
  ensureTypedInput,
  enterText,
  type FieldType,
  keepTextsApart,
  radios,
  textIn,
  typedInput,
  typeIn,
  verbatimJson,
  visibleInput,
  whenBuilt,
} from "./typed-input";
