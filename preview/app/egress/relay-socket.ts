import { maxMessageBytes, maxSocketBytes, maxSockets, socketCheckMs, socketTimeoutMs } from "./limits.ts";
import type { Redaction } from "./redact.ts";

/** Close codes of RFC 6455. */
const GOING_AWAY = 1001;
const POLICY = 1008;
const TOO_LARGE = 1009;

/** The number of each app's open or connecting sockets, shared by all invocations in this isolate. */
const taken = new Map<string, number>();

/**
 * Reserves a socket for an app.
 * @param app names the app
 * @returns a function that releases the socket once; null when the app has reached its maximum
 */
export function takeSocket(app: string): (() => void) | null {
  const count = taken.get(app) ?? 0;
  if (count >= maxSockets) return null;
  taken.set(app, count + 1);
  let isTaken = true;
  return () => {
    if (!isTaken) return;
    isTaken = false;
    const left = (taken.get(app) ?? 1) - 1;
    if (left === 0) taken.delete(app);
    else taken.set(app, left);
  };
}

/** `isAllowed` returns whether the socket's grant still stands, and rejects when that is unknown. */
type Relay = { redaction: Redaction; isAllowed: () => Promise<boolean>; release: () => void };
type Stop = (code: number, reason: string) => void;
type Message = string | ArrayBuffer;

/**
 * Relays messages between a host's socket and a socket for the app. Redacts the secrets that the host was sent from
 * messages to the app. Closes both ends when the socket reaches its byte limit or time limit, or when the grant is
 * revoked.
 * @returns the app's end
 */
export function relaySocket(outer: WebSocket, { redaction, isAllowed, release }: Relay): WebSocket {
  const { 0: end, 1: inner } = new WebSocketPair();
  const both = [inner, outer];
  const stop: Stop = (code, reason) => {
    for (const socket of both) close(socket, code, reason);
  };
  const stopTimers = watch(isAllowed, stop);
  for (const socket of both) {
    socket.accept();
    socket.binaryType = "arraybuffer";
    socket.addEventListener("close", ({ code, reason }) => over(code, reason));
    socket.addEventListener("error", () => over(GOING_AWAY, "The connection was lost."));
  }
  const over: Stop = (code, reason) => {
    stopTimers();
    release();
    stop(code, reason);
  };
  forward(inner, outer, (message) => message, stop);
  forward(
    outer,
    inner,
    (message) => (typeof message === "string" ? redaction.text(message) : redaction.bytes(new Uint8Array(message))),
    stop,
  );
  return end;
}

/**
 * Stops a socket at its time limit, or when its grant no longer stands.
 * @returns a function that cancels the watch
 */
function watch(isAllowed: () => Promise<boolean>, stop: Stop): () => void {
  const end = setTimeout(() => stop(GOING_AWAY, "The socket reached its maximum duration."), socketTimeoutMs);
  const check = setInterval(() => {
    isAllowed().then(
      (isStill) => {
        if (!isStill) stop(POLICY, "Access to the host was revoked.");
      },
      () => stop(GOING_AWAY, "The app's settings can't be read right now."),
    );
  }, socketCheckMs);
  return () => {
    clearTimeout(end);
    clearInterval(check);
  };
}

/** Forwards the messages of one socket to another, within the size limits. */
function forward(
  from: WebSocket,
  to: WebSocket,
  rewrite: (message: Message) => Message | Uint8Array,
  stop: Stop,
): void {
  let bytes = 0;
  from.addEventListener("message", ({ data }: { data: Message }) => {
    const size = typeof data === "string" ? data.length : data.byteLength;
    bytes += size;
    if (size > maxMessageBytes) return stop(TOO_LARGE, "A message is too large.");
    if (bytes > maxSocketBytes) return stop(TOO_LARGE, "The socket reached its maximum traffic.");
    if (to.readyState === WebSocket.OPEN) to.send(rewrite(data));
  });
}

/** Closes a socket. Codes that report a lost connection cannot be sent. */
function close(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState === WebSocket.CLOSED || socket.readyState === WebSocket.CLOSING) return;
  const isSendable = (code >= 3_000 && code < 5_000) || (code >= 1_000 && code < 1_015 && !NEVER_SENT.has(code));
  socket.close(isSendable ? code : GOING_AWAY, reason);
}

const NEVER_SENT = new Set([1_004, 1_005, 1_006]);
