/**
 * What the dialogs of nodes that work with devices share: account, device, parts of its thing model, inputs and
 * reply. One file in the browser, loaded once; what it uses of `editor` stays in that file.
 */
export type { Parameter } from "../../lib/thing-model/data-type";
export { factsAt, fixedValue, typeAt } from "./answers";
export {
  identifierField,
  nameProblem,
  objectField,
  replyTimeoutField,
  resultField,
  subscriptionField,
  targetDetails,
  timeoutField,
  typedProblem,
} from "./checks";
export { callLabel, shownValue } from "./canvas-label";
export { addDeviceChoice } from "./device-choice";
export {
  accountId,
  fieldOf,
  holdFields,
  identifierIn,
  input,
  isBlank,
  nameIn,
  neededOwner,
  owner,
  put,
} from "./fields";
export { addIdentifierChoice } from "./identifier-choice";
export { addInputs, type Inputs } from "./inputs";
export { addModelPanel } from "./model-panel";
export { addModules } from "./modules";
export type { ModelView, ServiceView } from "./parameter-panel";
export { addSubscriptionChoice } from "./subscription-choice";
export { refreshOnChange } from "./refresh";
export { accountChecks, addDeliveryTip, addTarget, addTip, replaceTip } from "./target";
export { addSimulatorOffer } from "./simulator-offer";
export { addTickedField } from "./ticked-field";
