import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const opcodes = { text: 1, close: 8 } as const;

/**
 * Accepts a WebSocket (RFC 6455) that tells its request's headers, then echoes each text. The text `large` brings a
 * message of 2 MB, `bye` a close frame with the code 4001.
 */
export function acceptSocket({ headers }: IncomingMessage, socket: Duplex): void {
  const accept = createHash("sha1").update(`${headers["sec-websocket-key"]}${GUID}`).digest("base64");
  const protocol = headers["sec-websocket-protocol"];
  const chosen = protocol === undefined ? "" : `Sec-WebSocket-Protocol: ${protocol.split(",")[0]}\r\n`;
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${chosen}\r\n`,
  );
  const send = (text: string) => socket.write(frame(opcodes.text, Buffer.from(text)));
  send(JSON.stringify(headers));
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    const { opcode, text } = unmasked(chunk);
    if (opcode === opcodes.close || text === "bye") {
      socket.end(frame(opcodes.close, Buffer.from([4_001 >> 8, 4_001 & 0xff])));
    } else send(text === "large" ? "x".repeat(2 * 1024 * 1024) : text);
  });
}

function frame(opcode: number, body: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(body.length));
  const head =
    body.length < 126
      ? [0x80 | opcode, body.length]
      : body.length < 65_536
        ? [0x80 | opcode, 126, ...length.subarray(6)]
        : [0x80 | opcode, 127, ...length];
  return Buffer.concat([Buffer.from(head), body]);
}

/** Reads a frame of at most 125 bytes, which arrives in one piece. */
function unmasked(chunk: Buffer): { opcode: number; text: string } {
  const length = chunk.readUInt8(1) & 0x7f;
  const mask = chunk.subarray(2, 6);
  const body = chunk.subarray(6, 6 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return { opcode: chunk.readUInt8(0) & 0x0f, text: Buffer.from(body).toString() };
}
