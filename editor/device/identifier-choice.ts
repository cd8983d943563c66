import { addList, addPicker, type AnyList, typeIn } from "../index";
import { showChosen } from "./chosen";
import { fieldOf, input, isBlank, put, shownIn } from "./fields";

/** The part of the dialog that names a part of the thing model, such as a service. */
interface IdentifierChoice {
  /** Opens the list, unless something is named already. */
  openIfBlank(): void;
  /** Shows what is named; undefined if it is not known. */
  show(found: { name: string; aside: string } | undefined): void;
}

interface Options {
  /** Of the node. It also names the elements of the dialog: `#aliyun-iot-choose-service` is the button of `service`. */
  property: string;
  /** Label of the button while nothing is chosen. */
  invitation: string;
  /** The list to choose from; calls back with the identifier. */
  list(choose: (identifier: string) => void): AnyList;
  /** A list to choose from before this one, which its `choose` returns; undefined where nothing is missing. */
  before?(list: AnyList): AnyList | undefined;
}

/** Adds the button that chooses by name, and a picker to the field for identifiers and messages below it. */
export function addIdentifierChoice(options: Options): IdentifierChoice {
  const { property, invitation } = options;
  const button = $(`#aliyun-iot-choose-${property}`);
  const keys = $(`#aliyun-iot-${property}-keys`);
  const byHand = $(`#aliyun-iot-${property}-by-hand`);
  const list = options.list((identifier) => put(property, identifier));
  const folding = { ...list, chosen: () => byHand.prop("open", false) };
  addList(button, () => options.before?.(folding) ?? folding);
  addPicker(fieldOf(property), list);

  function show(found: { name: string; aside: string } | undefined): void {
    const chosen = { names: [found?.name], keys: shownIn(property), aside: found?.aside };
    showChosen(button, keys, isBlank(property) ? undefined : chosen, invitation);
    $(`.aliyun-iot-${property}-tip`).toggleClass("aliyun-iot-hidden", found !== undefined);
  }

  byHand.prop("open", typeIn(input(property)) !== "str");
  show(undefined);
  return {
    openIfBlank() {
      if (isBlank(property)) button.trigger("click");
    },
    show,
  };
}
