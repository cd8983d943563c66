import { checkFrames, type FrameLimits } from "./amqp-bytes";

/*
 * Protects both sides of an AMQP connection from a hostile peer: the subscription's client and the simulator's server
 * both use rhea, which trusts every size and number that it receives.
 */

/** Internals of a rhea 3 connection that the guard uses. */
interface Inside {
  amqp_transport: Transport;
  sasl_transport?: { transport: Transport };
  /** Size of the frame that is not complete yet. */
  frame_size?: number | undefined;
  /** The parts of it that have arrived. */
  chunks?: Buffer[] | null;
}

interface Transport {
  header_received: unknown;
  /** Takes what begins with a header or a frame. */
  read(bytes: Buffer, handler: unknown): number;
}

/** A frame that arrives byte by byte would otherwise take an object for every byte. */
const maxChunks = 1024;

/**
 * Has every frame checked before rhea reads it. To be called once the connection has its socket.
 * @param connection of rhea
 * @param readQuick reads and checks frames in place of rhea, from the first on; returns where the first begins that it
 *   leaves to rhea
 * @returns to be called after rhea has read what arrived: whether the size of the frame that it waits for is acceptable
 */
export function guardFrames(
  connection: object,
  limits: FrameLimits,
  readQuick?: (bytes: Buffer) => number,
): () => boolean {
  const inside = connection as Inside;
  guardTransport(inside.amqp_transport, limits, readQuick);
  if (inside.sasl_transport) guardTransport(inside.sasl_transport.transport, limits);
  return () => {
    const { chunks, frame_size = 0 } = inside;
    if (frame_size > limits.maxFrameBytes) return false;
    if (chunks && chunks.length > maxChunks) inside.chunks = [Buffer.concat(chunks)];
    return true;
  };
}

function guardTransport(
  transport: Transport,
  limits: FrameLimits,
  readQuick?: (bytes: Buffer) => number,
): void {
  const read = transport.read.bind(transport);
  transport.read = (bytes, handler) => {
    const done = transport.header_received ? (readQuick?.(bytes) ?? 0) : 0;
    const rest = done === 0 ? bytes : bytes.subarray(done);
    checkFrames(rest, transport.header_received ? 0 : 8, limits);
    return done + read(rest, handler);
  };
}
