import { maxMessageBytes, maxSocketBytes, maxSockets, socketCheckMs, socketTimeoutMs } from "./limits.ts";
import type { Redaction } from "./redact.ts";

/** Close codes of RFC 6455. */
const GOING_AWAY = 1001;
const POLICY = 1008;
const TOO_LARGE = 1009;

/** The sockets of each app that are open or connecting, which all invocations of this isolate share. */
const taken = new Map<string, number>();

/**
 * Counts a socket of an app.
 * @param app names the app
 * @returns a function that gives the place back, once; null when the app has as many as it may
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

/** `isAllowed` tells whether the socket's grant still stands; it rejects when that is not known. */
type Relay = { redaction: Redaction; isAllowed: () => Promise<boolean>; release: () => void };
type Stop = (code: number, reason: string) => void;
type Message = string | ArrayBuffer;

/**
 * Connects a host's socket to one for the app: messages to the app lose the secrets that the host was sent, and both
 * ends close when the socket has carried too much, the grant is revoked or the time is over.
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

/** Stops a socket at the end of its time, or when its grant no longer stands. @returns a function that cancels the watch */
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

/** Sends the messages of one socket to another, as far as their sizes are allowed. */
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

/** Closes a socket. Codes that stand for a lost connection cannot be sent. */
function close(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState === WebSocket.CLOSED || socket.readyState === WebSocket.CLOSING) return;
  const isSendable = (code >= 3_000 && code < 5_000) || (code >= 1_000 && code < 1_015 && !NEVER_SENT.has(code));
  socket.close(isSendable ? code : GOING_AWAY, reason);
}

const NEVER_SENT = new Set([1_004, 1_005, 1_006]);
