import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Socket as TcpSocket } from "node:net";

/** A WebSocket that can be cut like a cable, which the platform's own class cannot. */
export type Socket = {
  send(text: string): void;
  /** Cuts the connection without a close frame. */
  cut(): void;
};

type Hearing = { onText: (text: string) => void; onEnd: (code: number | null) => void };

const opcodes = { text: 1, close: 8 } as const;

/**
 * Opens a WebSocket (RFC 6455) to 127.0.0.1.
 * @throws Error with the status and body of a refusal
 */
export function openSocket(
  { port, path, headers }: { port: number; path: string; headers: Record<string, string> },
  { onText, onEnd }: Hearing,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const key = randomBytes(16).toString("base64");
    const upgrade = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": key,
    };
    const outgoing = request({ host: "127.0.0.1", port, path, headers: { ...headers, ...upgrade } });
    outgoing.on("upgrade", (_answer, socket: TcpSocket, first: Buffer) => {
      socket.setNoDelay(true);
      resolve(socketOver(socket, first, { onText, onEnd }));
    });
    outgoing.on("response", (answer) => {
      answer.setEncoding("utf8");
      let text = "";
      answer.on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => reject(new TypeError(`${path}: ${answer.statusCode} ${text}`)));
    });
    outgoing.on("error", (cause) => reject(new TypeError(`${path}: ${cause.message}`, { cause })));
    outgoing.end();
  });
}

function socketOver(socket: TcpSocket, first: Buffer, { onText, onEnd }: Hearing): Socket {
  let rest = first;
  let isEnded = false;
  const end = (code: number | null) => {
    if (!isEnded) onEnd(code);
    isEnded = true;
    socket.destroy();
  };
  const take = () => {
    for (let frame = frameIn(rest); frame && !isEnded; frame = frameIn(rest)) {
      rest = rest.subarray(frame.bytes);
      if (frame.opcode === opcodes.text) onText(frame.body.toString("utf8"));
      if (frame.opcode === opcodes.close) end(frame.body.length >= 2 ? frame.body.readUInt16BE(0) : null);
    }
  };
  socket.on("data", (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    take();
  });
  socket.on("error", () => end(null));
  socket.on("close", () => end(null));
  take();
  return {
    send: (text) => socket.write(masked(text)),
    cut: () => {
      isEnded = true;
      socket.destroy();
    },
  };
}

/** Returns the first complete frame, or null. The server sends each message in one frame and masks none. */
function frameIn(bytes: Buffer): { opcode: number; body: Buffer; bytes: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return null;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < head + length) return null;
  return { opcode: bytes.readUInt8(0) & 0x0f, body: bytes.subarray(head, head + length), bytes: head + length };
}

/** Encodes a short text as a masked frame, as a client must. */
function masked(text: string): Buffer {
  const body = Buffer.from(text);
  const mask = randomBytes(4);
  for (const [at, byte] of body.entries()) body[at] = byte ^ (mask[at % 4] ?? 0);
  const length =
    body.length < 126
      ? Buffer.from([0x80 | body.length])
      : Buffer.from([0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([Buffer.from([0x80 | opcodes.text]), length, mask, body]);
}
