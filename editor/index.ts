/** What the dialogs of all nodes share: one file in the browser, loaded once. */
export { isVariable } from "../lib/base/env-name";
export { subjectOf, type Decision, decisionOf } from "../lib/rules/decision";
// Nodes that import from these modules get it from here (scripts/bundle.mjs).
export * from "../lib/base/identifiers";
export * from "../lib/base/number-bounds";
export { endpointOf, isEndpoint } from "../lib/cloud/regions";
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
  openForm,
  trimmed,
  valueIn,
  valueOf,
} from "./form";
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
export { addDryRunBadge } from "./dry-run-badge";
export { addNote, deviceNote, plainText, productNote, soon } from "./notes";
export { type ServiceView, showParameters } from "./parameter-panel";
export { RuleRows, type RuleWords } from "./rule-rows";
export { countRules, rulesProblemText } from "./rules";
export { addPicker } from "./picker";
export { showProblems } from "./problems";
export { isJson } from "./raw-json";
export { errorText, failureText, localize, t, translatorOf } from "./texts";
export type { FailureTexts } from "./translate";
export { choices, radios, typedInput, verbatimJson } from "./typed-input";
