import { type LiveMessage, type LiveNotice, liveClose, liveMessage, type Viewer } from "../../contract/index.ts";
import { type Holder, metrics } from "../../monitoring/index.ts";
import { trimmedPos } from "../log/log-retention.ts";
import type { ProjectLog } from "../log/project-log.ts";
import { type Attachment, LiveSocket } from "./live-socket.ts";

/** How long a new viewer may take to send `resume`, before it starts at the head. */
const startMs = 2_000;
/** Debounce of presence broadcasts and of saved positions, because many viewers come and go at once. */
const presenceMs = 50;
const attachMs = 1_000;

/** The maximum number of unacknowledged characters per viewer and in total: an isolate has 128 MB for everything. */
const maxInFlightPerViewer = 1_000_000;
const maxInFlightTotal = 32_000_000;
const maxMessageLength = 1_000;
const maxNamedViewers = 50;
const maxFilesPerViewer = 5;

/**
 * Serves the viewers of a project over hibernatable WebSockets: every run's events, revisions created outside of runs,
 * and presence. The Session may hibernate while nothing happens, because each viewer's position is stored as its
 * socket's attachment.
 */
export class LiveFeed implements Holder {
  readonly #ctx: DurableObjectState;
  readonly #log: ProjectLog;
  readonly #sockets = new Map<WebSocket, LiveSocket>();
  readonly #starting = new Map<WebSocket, ReturnType<typeof setTimeout>>();
  #moved = new Set<LiveSocket>();
  #attachTimer: ReturnType<typeof setTimeout> | null = null;
  #presenceTimer: ReturnType<typeof setTimeout> | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(ctx: DurableObjectState, log: ProjectLog) {
    this.#ctx = ctx;
    this.#log = log;
    metrics.held.watch(this);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
    for (const socket of ctx.getWebSockets()) {
      const attachment: Attachment = socket.deserializeAttachment();
      this.#add(socket, attachment);
    }
  }

  heldBytes(): number {
    return [...this.#sockets.values()].reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  get viewers(): number {
    return this.#sockets.size;
  }

  /**
   * Accepts a viewer's WebSocket, subscribed to everything that is appended from now on.
   * @param after the position to resume after; null when the viewer will send `resume`
   * @param tag the caller that may be disconnected when its credential ends; null when unknown
   * @returns the 101 response
   */
  accept(viewer: Viewer, after: number | null, wantsDeltas: boolean, tag: string | null): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    // The tag stays with the socket while the Session sleeps.
    this.#ctx.acceptWebSocket(server, tag === null ? [] : [tag]);
    const socket = this.#add(server, { viewer, pos: this.#log.head, since: Date.now(), isStarted: false, wantsDeltas });
    socket.attach();
    if (after !== null) this.#resume(server, socket, after);
    if (!socket.isStarted)
      this.#starting.set(
        server,
        setTimeout(() => this.#start(server, socket), startMs),
      );
    this.#presenceChanged();
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Handles a viewer's message: `resume`, `ack`, `viewing` or `ping`. */
  onMessage(server: WebSocket, text: string | ArrayBuffer): void {
    const socket = this.#sockets.get(server);
    if (!socket) return;
    const message = messageIn(text);
    if (message === null) {
      socket.sendNotice({ type: "error", code: "invalid_message", detail: "Not a message of the live feed." });
      return;
    }
    if (message.type === "resume") this.#resume(server, socket, message.after);
    if (message.type === "ack") {
      socket.acknowledge(message.pos);
      this.#advance(socket);
    }
    if (message.type === "viewing" && socket.open(message.path)) this.#presenceChanged();
    // The runtime answers a ping of exactly the documented bytes without waking the Session.
    if (message.type === "ping") socket.sendNotice({ type: "pong" });
  }

  /** Removes a viewer whose socket has closed. */
  onClose(server: WebSocket): void {
    const socket = this.#sockets.get(server);
    if (!socket) return;
    this.#sockets.delete(server);
    this.#moved.delete(socket);
    this.#stopStarting(server);
    this.#presenceChanged();
    if (this.#sockets.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** Closes the sockets of callers whose credential or membership has ended, with a code that tells which. */
  closeCallers(isOver: (tag: string) => boolean, code: number): void {
    for (const server of [...this.#sockets.keys()]) {
      if (!this.#ctx.getTags(server).some(isOver)) continue;
      server.close(code, "the credential or the membership has ended");
      this.onClose(server);
    }
  }

  /** Closes every socket, because the project was deleted, or its owner was suspended and its members have lost access. */
  close(): void {
    for (const server of [...this.#sockets.keys()]) {
      server.close(liveClose.projectDeleted, "the project is gone");
      this.onClose(server);
    }
  }

  resourceCounts() {
    const timers = [this.#attachTimer, this.#presenceTimer].filter((timer) => timer !== null).length;
    return { sockets: this.#sockets.size, moved: this.#moved.size, timers: timers + this.#starting.size };
  }

  #add(server: WebSocket, attachment: Attachment): LiveSocket {
    const socket = new LiveSocket(server, this.#log, attachment);
    this.#sockets.set(server, socket);
    this.#unsubscribe ??= this.#log.subscribe(null, () => {
      for (const subscribed of this.#sockets.values()) this.#advance(subscribed);
    });
    return socket;
  }

  #resume(server: WebSocket, socket: LiveSocket, after: number = this.#log.head): void {
    const { head } = this.#log;
    const trimmed = trimmedPos(this.#ctx.storage.sql);
    if (after > head) {
      const detail = `after is beyond the newest event, which is ${head}.`;
      socket.sendNotice({ type: "error", code: "invalid_after", detail, after: head });
    } else if (after < trimmed) {
      const detail = `Events up to ${trimmed} have expired. Reload the project and resume after that.`;
      socket.sendNotice({ type: "error", code: "events_trimmed", detail, after: trimmed });
    } else this.#start(server, socket, after);
  }

  #start(server: WebSocket, socket: LiveSocket, after?: number): void {
    this.#stopStarting(server);
    socket.start(after);
    this.#persistPosition(socket);
    this.#advance(socket);
  }

  #stopStarting(server: WebSocket): void {
    clearTimeout(this.#starting.get(server));
    this.#starting.delete(server);
  }

  #advance(socket: LiveSocket): void {
    const maxInFlight = Math.min(maxInFlightPerViewer, maxInFlightTotal / this.#sockets.size);
    const advanced = socket.advance(maxInFlight).then((hasMoved) => {
      if (hasMoved) this.#persistPosition(socket);
    });
    this.#ctx.waitUntil(advanced);
  }

  /** Saves a viewer's position shortly. The timer keeps the Session from hibernating before it is saved. */
  #persistPosition(socket: LiveSocket): void {
    this.#moved.add(socket);
    this.#attachTimer ??= setTimeout(() => {
      this.#attachTimer = null;
      for (const moved of this.#moved) moved.attach();
      this.#moved = new Set();
    }, attachMs);
  }

  #presenceChanged(): void {
    this.#presenceTimer ??= setTimeout(() => {
      this.#presenceTimer = null;
      const presence = presenceOf([...this.#sockets.values()]);
      for (const socket of this.#sockets.values()) socket.sendNotice(presence);
    }, presenceMs);
  }
}

function messageIn(text: string | ArrayBuffer): LiveMessage | null {
  if (typeof text !== "string" || text.length > maxMessageLength) return null;
  try {
    return liveMessage.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // Not JSON: the caller sends `invalid_message`.
  }
}

/**
 * Returns the presence notice: each person or token once with its number of connections and the files open in them;
 * `count` is the number of all connections.
 */
function presenceOf(sockets: Pick<LiveSocket, "viewer" | "file">[]): LiveNotice {
  const groups = Map.groupBy(sockets, ({ viewer: { kind, id } }) => `${kind} ${id}`);
  const named = [...groups.values()].slice(0, maxNamedViewers).flatMap((connections) => {
    const open = new Set(connections.flatMap(({ file }) => file ?? []));
    const files = [...open].slice(0, maxFilesPerViewer);
    const entry = { connections: connections.length, ...(files.length > 0 && { files }) };
    return connections.slice(0, 1).map(({ viewer }) => ({ ...viewer, ...entry }));
  });
  return { type: "presence", count: sockets.length, viewers: named };
}

/** Parses the position to resume after from a query; null when it has none. */
export const afterIn = (query: URLSearchParams): number | null => {
  const after = query.get("after");
  return after === null ? null : Number(after);
};

/** Parses the viewer that `watchProject` encoded in a query. */
export const viewerIn = (query: URLSearchParams): Viewer => ({
  kind: query.get("kind") === "token" ? "token" : "user",
  id: query.get("id") ?? "",
  name: query.get("name") ?? "",
});
