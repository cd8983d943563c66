import { EventEmitter } from "node:events";

type Rhea = typeof import("rhea");

/** A rhea whose internals are not those that this package relies on. */
export class UnknownRhea extends Error {
  override readonly name = "UnknownRhea";

  /** @param missing the missing members, as paths with dots */
  constructor(readonly missing: string[]) {
    super(
      `The installed rhea lacks parts that this package relies on: ${missing.join(", ")}. ` +
        "Reinstall the package with its own version of rhea.",
    );
  }
}

/*
 * Undocumented members of rhea that this package uses, by the object that has them, to protect the process or to get
 * information that rhea does not offer otherwise. Add every further one here.
 */
const functions = {
  container: [
    "sasl_server_mechanisms.enable_plain",
    "message.decode",
    "message.data_section",
    "message.released",
  ],
  connection: [
    "accept",
    "eof",
    "init",
    "amqp_transport.read",
    "sasl_transport.transport.read",
    "on_transfer",
  ],
  session: ["on_transfer", "on_disposition", "_get_link", "outgoing.available"],
  receiver: ["on_flow", "add_credit"],
} as const;
const values = {
  container: { "types.wrap_long": "function" },
  connection: {
    socket: "object",
    socket_ready: "boolean",
    "local.open": "object",
    remote: "object",
    "amqp_transport.header_received": "any",
    "sasl_transport.transport.header_received": "any",
    heartbeat_in: "any",
    heartbeat_out: "any",
    abort_idle: "any",
  },
  session: { "outgoing.next_delivery_id": "number", "outgoing.next_pending_delivery": "number" },
  receiver: { credit: "number" },
} as const;

export type RheaPart = keyof typeof functions;

let checked: Rhea | undefined;

/**
 * The AMQP library, loaded with the first connection and checked once.
 * @throws {UnknownRhea} if its internals are not as the guards expect
 */
export function loadRhea(): Rhea {
  if (checked) return checked;
  const rhea: typeof import("rhea") = require("rhea");
  const missing = missingIn(partsOf(rhea));
  if (missing.length > 0) throw new UnknownRhea(missing);
  return (checked = rhea);
}

/**
 * Objects of rhea, without a connection: nothing is sent or left behind. Undefined if rhea cannot create them.
 * Exported for its test.
 */
export function partsOf({ create_container }: Rhea): Record<RheaPart, unknown> {
  const parts: Record<RheaPart, unknown> = {
    container: undefined,
    connection: undefined,
    session: undefined,
    receiver: undefined,
  };
  try {
    const container = create_container();
    parts.container = container;
    const connection = container.create_connection({
      host: "",
      port: 0,
      reconnect: false,
      username: "nobody",
      password: "none",
      connection_details: () => ({ host: "", port: 0, connect: () => new EventEmitter() }),
    });
    connection.connect();
    parts.connection = connection;
    const session = connection.create_session();
    parts.session = session;
    parts.receiver = session.open_receiver({ autoaccept: false, credit_window: 0 });
  } catch {
    // What could not be created counts as missing.
  }
  return parts;
}

/** The members that are missing or of another type, with the object that should have them. Exported for its test. */
export function missingIn(parts: Record<RheaPart, unknown>): string[] {
  return (Object.keys(functions) as RheaPart[]).flatMap((part) => {
    const expected: [string, string][] = [
      ...functions[part].map((path): [string, string] => [path, "function"]),
      ...Object.entries(values[part]),
    ];
    return expected
      .filter(([path, type]) => !has(parts[part], path, type))
      .map(([path]) => `${part}.${path}`);
  });
}

function has(holder: unknown, path: string, type: string): boolean {
  let value = holder;
  for (const name of path.split(".")) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || !(name in value)) {
      return false;
    }
    value = (value as Record<string, unknown>)[name];
  }
  return type === "any" || (typeof value === type && value !== null);
}
