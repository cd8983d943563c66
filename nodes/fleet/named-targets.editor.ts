import { accountId, addIdentifierChoice, input, nameIn } from "../../editor/device/index";
import {
  type FoundRows,
  groupList,
  type GroupRow,
  knownDevice,
  lookUp,
  problemText,
  productList,
  t as shared,
  textIn,
  translatorOf,
} from "../../editor/index";

const t = translatorOf("fleet");

/** What is known of a name in the dialog. */
interface Known {
  found?: { name: string; aside: string };
  problem?: string;
}

/** A product or a group in the dialog. */
interface NamedTarget {
  /** Shows what the cloud knows of it, unless that is shown and not stale. Never rejects. */
  refresh(isStale?: boolean): Promise<void>;
  hasProblem(): Promise<boolean>;
}

/** The choice of the product. */
export function addProduct(isOpen: () => boolean): NamedTarget {
  const choice = addIdentifierChoice({
    property: "productKey",
    invitation: t("aliyun-iot-fleet.choose.product"),
    list: (choose) => productList(accountId, ({ productKey }) => choose(productKey)),
  });
  return addNamed(
    "productKey",
    (found) => choice.show(found),
    isOpen,
    async (account, productKey) => {
      const { productName, problem } = await knownDevice(account, { productKey });
      return {
        ...(productName !== undefined && { found: { name: productName, aside: "" } }),
        ...(problem !== undefined && { problem }),
      };
    },
  );
}

/** The choice of the group. */
export function addGroup(isOpen: () => boolean): NamedTarget {
  const choice = addIdentifierChoice({
    property: "groupId",
    invitation: t("aliyun-iot-fleet.choose.group"),
    list: (choose) => groupList(accountId, ({ groupId }) => choose(groupId)),
  });
  return addNamed(
    "groupId",
    (found) => choice.show(found),
    isOpen,
    async (account, groupId) => {
      const { rows, isLoading, error } = await lookUp<FoundRows<GroupRow>>(account, "groups", {
        search: groupId,
      });
      const group = rows.find((row) => row.groupId === groupId);
      if (group) return { found: { name: group.name ?? "", aside: kindOf(group) } };
      return isLoading || error ? {} : { problem: t("aliyun-iot-fleet.choose.unknown-group") };
    },
  );
}

function kindOf({ kind }: GroupRow): string {
  return kind === "dynamic" ? shared("picker.dynamic-group") : shared("picker.static-group");
}

function addNamed(
  property: string,
  show: (found: Known["found"]) => void,
  isOpen: () => boolean,
  find: (account: string, name: string) => Promise<Known>,
): NamedTarget {
  const note = $(`#aliyun-iot-${property}-note`);
  let known: Promise<Known> = Promise.resolve({});
  let shown: string | undefined;

  async function refresh(isStale = false): Promise<void> {
    const [account, name] = [accountId(), nameIn(property)];
    const typed = textIn(input(property));
    const key = JSON.stringify([account, name, typed]);
    if (key === shown && !isStale) return;
    shown = key;
    const asking =
      account && name !== undefined
        ? find(account, name).catch((error: unknown): Known => ({ problem: problemText(error) }))
        : Promise.resolve<Known>({});
    known = asking;
    const { found, problem = "" } = await asking;
    if (known !== asking || !isOpen()) return;
    show(found);
    note.text(problem);
    if (problem !== "") $(`#aliyun-iot-${property}-by-hand`).prop("open", true);
  }

  return { refresh, hasProblem: async () => (await known).problem !== undefined };
}
