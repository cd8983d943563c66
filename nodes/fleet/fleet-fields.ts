import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { isBlank } from "../../lib/base/blank";
import { describeValue } from "../../lib/base/describe";
import { Failure, invalidInput } from "../../lib/base/failure";
import type { Selection } from "../../lib/fleet/fleet-device";
import type { WrittenArgs } from "../../lib/fleet/own-args";
import { readTags } from "../../lib/fleet/targets/tags";
import { type Args, readArgs } from "../../lib/invocation/args";
import { type Form, readForm } from "../../lib/invocation/form";
import { fieldName, readService, readText } from "../../lib/invocation/inputs";
import { type Items, itemsOf, readItems } from "../../lib/invocation/property-items";
import { CommandFields } from "../common/command-fields";
import { evaluateForm } from "../common/form-field";
import type { FleetSettings } from "../defaults/fleet";

/** What a message asks for. */
export interface FleetOrder {
  /** The service to call; undefined: properties are set. */
  service: string | undefined;
  /** What devices without args or items of their own are sent, or why it cannot be read. */
  shared: WrittenArgs | Failure | undefined;
}

const typedFields = ["service", "args", "items", "productKey", "devices", "groupId", "tags"] as const;

/** The fields of the dialog that name the command and the devices. */
export class FleetFields {
  private readonly fields: CommandFields<(typeof typedFields)[number]>;
  /** The parameter form, or what is wrong with it; undefined where args or items come as a whole. */
  private readonly form: Form | Failure | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly config: FleetSettings,
  ) {
    this.fields = new CommandFields(RED, node, config, typedFields);
    const name = config.operation === "properties" ? "items" : "args";
    this.form = config[`${name}Type`] === "form" ? readForm(config[name], fieldName(name)) : undefined;
  }

  /**
   * The command that a message asks for. Args that cannot be read are no failure yet, because every device may have its own.
   * @throws {Failure} `invalid-input`
   */
  async order(msg: NodeMessageInFlow): Promise<FleetOrder> {
    const { operation } = this.config;
    if (operation !== "service" && operation !== "properties")
      throw unsupported("errors.field-operation", operation, "service, properties");
    const isService = operation === "service";
    const service = isService ? readService(await this.fields.read("service", msg)) : undefined;
    try {
      return { service, shared: isService ? await this.args(msg) : await this.items(msg) };
    } catch (error) {
      if (error instanceof Failure) return { service, shared: error };
      throw error;
    }
  }

  /**
   * The devices that a message means.
   * @throws {Failure} `invalid-input`
   */
  async selection(msg: NodeMessageInFlow): Promise<Selection> {
    const { fields } = this;
    const { targets } = this.config;
    switch (targets) {
      case "list": {
        const product = await fields.read("productKey", msg);
        const productKey = isBlank(product.value) ? undefined : readText(product, "productKey");
        return { by: "list", productKey, devices: await fields.read("devices", msg) };
      }
      case "product":
        return { by: "product", productKey: readText(await fields.read("productKey", msg), "productKey") };
      case "group":
        return { by: "group", groupId: readText(await fields.read("groupId", msg), "groupId") };
      case "tags":
        return { by: "tags", tags: readTags(await fields.read("tags", msg)) };
      default:
        throw unsupported("errors.field-targets", targets, "list, product, group, tags");
    }
  }

  private async args(msg: NodeMessageInFlow): Promise<Args> {
    if (this.form) return evaluateForm(this.RED, this.node, this.form, msg);
    return readArgs(await this.fields.read("args", msg));
  }

  private async items(msg: NodeMessageInFlow): Promise<Items> {
    if (this.form) return itemsOf(await evaluateForm(this.RED, this.node, this.form, msg));
    return readItems(await this.fields.read("items", msg));
  }
}

/** A setting that a flow file edited by hand may hold must not be taken for another one, which would act differently. */
export function unsupported(fieldKey: string, value: unknown, choices: string): Failure {
  const params = { field: { key: fieldKey }, came: describeValue(value), choices };
  return invalidInput({ key: "errors.set-choice", params });
}
