import { asFailure } from "../base/as-failure";
import { closed, Failure, type Text } from "../base/failure";
import { readable } from "../base/text";
import type { Rule, Subject } from "../rules/rule";
import { decide, type RuleList } from "../rules/rule-list";
import type { Target } from "./inputs";

/** Product and name of a device. */
interface DeviceNames {
  productKey: string;
  deviceName: string;
}

/** Finds out which device an IotId is. */
export interface DeviceResolver {
  /** What is known without waiting. Never throws. */
  keptNames(iotId: string): DeviceNames | undefined;
  /** @throws {Failure} where it cannot be found out */
  namesOf(iotId: string): Promise<DeviceNames>;
}

const maxShownLength = 200;

/** The rules of an account. */
export class CommandRules {
  constructor(
    /** Only matching commands are sent; undefined allows all. */
    private readonly allow: RuleList | undefined,
    /** Matching commands are sent only with a confirmation. */
    private readonly confirm: RuleList,
    /** Name of the account, for the hints. */
    private readonly account: string,
    private readonly devices: DeviceResolver,
  ) {}

  /**
   * Checks a command against the rules; synchronous if the device's name is known.
   * @param identifiers what the command names: a service, or each `property:…` that it sets
   * @param isConfirmed whether somebody has confirmed this command
   * @throws {Failure} `not-allowed` or `not-confirmed`; also as a rejection
   */
  judge(target: Target, identifiers: readonly string[], isConfirmed: boolean): void | Promise<void> {
    const names = target.iotId === undefined ? target : this.devices.keptNames(target.iotId);
    if (names) return this.judgeNamed(names, identifiers, isConfirmed);
    return this.resolved(target.iotId!).then((found) => this.judgeNamed(found, identifiers, isConfirmed));
  }

  private judgeNamed(
    { productKey, deviceName }: DeviceNames,
    identifiers: readonly string[],
    isConfirmed: boolean,
  ): void {
    let unconfirmed: Failure | undefined;
    for (const identifier of identifiers) {
      const subject: Subject = { productKey, deviceName, identifier };
      const decision = decide(this.allow, this.confirm, subject);
      if (decision.kind === "not-allowed") throw notAllowed(subject, this.account);
      if (decision.kind === "to-confirm" && !isConfirmed) {
        // Nobody is asked to confirm a command of which another part is not allowed.
        unconfirmed ??= notConfirmed(subject, decision.confirm, this.account);
      }
    }
    if (unconfirmed) throw unconfirmed;
  }

  /** What cannot be resolved is not allowed; where the account closes meanwhile, that is the reason. */
  private async resolved(iotId: string): Promise<DeviceNames> {
    try {
      return await this.devices.namesOf(iotId);
    } catch (error) {
      const failure = asFailure(error, "not-sent");
      throw failure.category === "closed" ? closed(false) : unresolved(iotId, failure, this.account);
    }
  }
}

function notAllowed(subject: Subject, account: string): Failure {
  const command = commandText(subject);
  return forbidden("not-allowed", { key: "errors.not-allowed", params: { command } }, "hints.not-allowed", {
    command,
    account,
  });
}

function notConfirmed(subject: Subject, { text, line }: Rule, account: string): Failure {
  const words: Text = { key: "errors.not-confirmed", params: { command: commandText(subject) } };
  const params = { rule: readable(text, maxShownLength), line, account };
  return forbidden("not-confirmed", words, "hints.not-confirmed", params);
}

function unresolved(iotId: string, cause: Failure, account: string): Failure {
  const params = { device: readable(iotId, maxShownLength), reason: cause.text };
  return forbidden(
    "not-allowed",
    { key: "errors.not-allowed-unresolved", params },
    "hints.not-allowed-unresolved",
    { account },
    cause.retryable,
  );
}

function forbidden(
  code: "not-allowed" | "not-confirmed",
  text: Text,
  hint: string,
  hintParams: Text["params"],
  retryable = false,
): Failure {
  return new Failure({
    code,
    category: "permission",
    outcome: "not-sent",
    retryable,
    text,
    hint,
    hintParams,
  });
}

/** The rule that would match only this command. */
function commandText({ productKey, deviceName, identifier }: Subject): string {
  return readable(`${productKey}/${deviceName}/${identifier}`, maxShownLength);
}
