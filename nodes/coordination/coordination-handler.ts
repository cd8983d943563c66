import type { NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import { Coordination } from "../../lib/coordination/coordination";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import type { CoordinationNode } from "../common/coordination-node";
import { coordinationStatus } from "../common/coordination-status";
import { hideCredentials } from "../common/hidden-credentials";
import { failureText } from "../common/outcome";
import { readCoordination } from "../common/read-coordination";
import { type Translate, translator } from "../common/texts";
import type { TlsNode } from "../common/tls-node";
import {
  type CoordinationConfig,
  type CoordinationNodeSettings,
  coordinationSettings,
} from "../defaults/coordination";

/** Redis may come and go for hours; the same problem is logged again only after this long. */
const quietMs = 600_000;

/** Keeps the connection of a coordination node, and shows and logs its state: one warning for each cause. */
export class CoordinationHandler {
  private readonly settings: CoordinationNodeSettings;
  private readonly translate: Translate;
  private coordination: Coordination | undefined;
  private isClosed = false;
  /** Why Redis has been away since the last connection, by code. */
  private readonly causes = new Set<string>();
  private readonly lastWarned = new Map<string, number>();
  private readonly starting: NodeJS.Immediate;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: CoordinationNode,
    config: CoordinationConfig,
  ) {
    hideCredentials(node);
    this.settings = coordinationSettings(config);
    this.translate = translator(RED);
    // Before the first message, so that others know of this Node-RED; and after all nodes, the TLS configuration included, exist.
    this.starting = setImmediate(() => void this.open());
  }

  open(): Coordination {
    if (this.coordination) return this.coordination;
    const coordination = (this.coordination = this.create());
    coordination.watch((state) => this.show(state));
    this.show(coordination.state);
    if (this.isClosed) void coordination.close();
    return coordination;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearImmediate(this.starting);
    await this.coordination?.close();
    this.node.status({});
  }

  private create(): Coordination {
    const { tls } = this.settings;
    try {
      const tlsNode = tls ? (this.RED.nodes.getNode(tls) as TlsNode | null) : undefined;
      return new Coordination(readCoordination(this.settings, this.node.credentials, tlsNode));
    } catch (error) {
      const failure = asFailure(error, "not-sent");
      this.node.error(failureText(failure, this.translate));
      return new Coordination(failure);
    }
  }

  private show(state: CoordinationState): void {
    if (this.isClosed) return;
    this.node.status(coordinationStatus(state));
    if (state.name === "away") this.warn(state);
    else if (state.name === "connected" && this.causes.size > 0) {
      this.causes.clear();
      this.node.log(this.translate({ key: "errors.redis-back", params: { server: state.server } }));
    }
  }

  private warn({ failure }: Extract<CoordinationState, { name: "away" }>): void {
    // Wrong settings have been reported as an error.
    if (failure.code === "invalid-input" || this.causes.has(failure.code)) return;
    this.causes.add(failure.code);
    const now = performance.now();
    const before = this.lastWarned.get(failure.code);
    if (before !== undefined && now - before < quietMs) return;
    this.lastWarned.set(failure.code, now);
    const reason = failureText(failure, this.translate);
    this.node.warn(this.translate({ key: "errors.redis-away", params: { reason } }));
  }
}
