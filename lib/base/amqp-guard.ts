import { checkFrames, type FrameLimits } from "./amqp-bytes";

/*
 * What both sides of an AMQP connection need against a peer that means no good: the client of the subscription and
 * the simulator's server both read with rhea, which believes every size and every number that it is told.
 */

/** What the guard uses of a connection of rhea 3. */
interface Inside {
  amqp_transport: Transport;
  sasl_transport?: { transport: Transport };
  /** Of the frame that has not come whole yet. */
  frame_size?: number | undefined;
  /** What has come of it. */
  chunks?: Buffer[] | null;
}

interface Transport {
  header_received: unknown;
  /** Takes what begins with a header or a frame. */
  read(bytes: Buffer, handler: unknown): number;
}

/** A frame that comes byte by byte would otherwise be an object for every byte. */
const maxChunks = 1024;

/**
 * Has every frame looked through before rhea reads it. To be called once the connection has its socket.
 * @param connection of rhea
 * @returns to be called after rhea has taken what came: whether the frame that it waits for is of a size to wait for
 */
export function guardFrames(connection: object, limits: FrameLimits): () => boolean {
  const inside = connection as Inside;
  for (const transport of [inside.amqp_transport, inside.sasl_transport?.transport]) {
    if (transport) guardTransport(transport, limits);
  }
  return () => {
    const { chunks, frame_size = 0 } = inside;
    if (frame_size > limits.maxFrameBytes) return false;
    if (chunks && chunks.length > maxChunks) inside.chunks = [Buffer.concat(chunks)];
    return true;
  };
}

function guardTransport(transport: Transport, limits: FrameLimits): void {
  const read = transport.read.bind(transport);
  transport.read = (bytes, handler) => {
    checkFrames(bytes, transport.header_received ? 0 : 8, limits);
    return read(bytes, handler);
  };
}
