import { type LiveMessage, type LiveNotice, liveClose, liveMessage, type Viewer } from "../../contract/index.ts";
import { trimmedPos } from "../log/log-retention.ts";
import type { ProjectLog } from "../log/project-log.ts";
import { type Attachment, LiveSocket } from "./live-socket.ts";

/** How long a new viewer may take to say from where it resumes. */
const startMs = 2_000;
/** Joining and leaving is told, and places are kept, together: many come and go at once. */
const presenceMs = 50;
const attachMs = 1_000;

/** Characters that may be under way to one viewer, and to all of them: an isolate has 128 MB for everything. */
const maxInFlightPerViewer = 1_000_000;
const maxInFlightTotal = 32_000_000;
const maxMessageLength = 1_000;
const maxNamedViewers = 50;

/**
 * Who watches a project as a whole: hibernatable WebSockets with every run's events, revisions by others and who else is
 * there. While nothing happens the Session may sleep; a socket's place is kept with the socket.
 */
export class LiveFeed {
  readonly #ctx: DurableObjectState;
  readonly #log: ProjectLog;
  readonly #sockets = new Map<WebSocket, LiveSocket>();
  readonly #starting = new Map<WebSocket, ReturnType<typeof setTimeout>>();
  #moved = new Set<LiveSocket>();
  #attachTimer: ReturnType<typeof setTimeout> | null = null;
  #presenceTimer: ReturnType<typeof setTimeout> | null = null;
  #unwatch: (() => void) | null = null;

  constructor(ctx: DurableObjectState, log: ProjectLog) {
    this.#ctx = ctx;
    this.#log = log;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
    for (const socket of ctx.getWebSockets()) {
      const attachment: Attachment = socket.deserializeAttachment();
      this.#add(socket, attachment);
    }
  }

  get viewers(): number {
    return this.#sockets.size;
  }

  /** Takes a viewer in. From here on nothing that happens is missed. */
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

  /** What a viewer says. */
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
    // A ping in just the documented bytes is answered without waking the Session.
    if (message.type === "ping") socket.sendNotice({ type: "pong" });
  }

  /** A viewer has gone. */
  onClose(server: WebSocket): void {
    const socket = this.#sockets.get(server);
    if (!socket) return;
    this.#sockets.delete(server);
    this.#moved.delete(socket);
    this.#stopStarting(server);
    this.#presenceChanged();
    if (this.#sockets.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = null;
  }

  /** Closes the sockets of callers whose credential is over. */
  closeCallers(isOver: (tag: string) => boolean): void {
    for (const server of [...this.#sockets.keys()]) {
      if (!this.#ctx.getTags(server).some(isOver)) continue;
      server.close(liveClose.signInAgain, "the credential has ended");
      this.onClose(server);
    }
  }

  /** The project is gone. */
  close(): void {
    for (const server of this.#sockets.keys()) {
      server.close(liveClose.projectDeleted, "the project was deleted");
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
    this.#unwatch ??= this.#log.subscribe(null, () => {
      for (const one of this.#sockets.values()) this.#advance(one);
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

  /** A timer keeps the Session awake, so a place is kept before it can be forgotten. */
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
      const presence = presenceOf([...this.#sockets.values()].map(({ viewer }) => viewer));
      for (const socket of this.#sockets.values()) socket.sendNotice(presence);
    }, presenceMs);
  }
}

function messageIn(text: string | ArrayBuffer): LiveMessage | null {
  if (typeof text !== "string" || text.length > maxMessageLength) return null;
  try {
    return liveMessage.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // It is no JSON, which the viewer is told.
  }
}

/** Who is there: each person or token once, with how many connections; `count` is all of them. */
function presenceOf(viewers: Viewer[]): LiveNotice {
  const groups = Map.groupBy(viewers, ({ kind, id }) => `${kind} ${id}`);
  const named = [...groups.values()]
    .slice(0, maxNamedViewers)
    .flatMap(([viewer, ...others]) => (viewer ? [{ ...viewer, connections: others.length + 1 }] : []));
  return { type: "presence", count: viewers.length, viewers: named };
}

/** The position that a viewer resumes after, where the address has one. */
export const afterIn = (query: URLSearchParams): number | null => {
  const after = query.get("after");
  return after === null ? null : Number(after);
};

/** The viewer that `watchProject` put into an address. */
export const viewerIn = (query: URLSearchParams): Viewer => ({
  kind: query.get("kind") === "token" ? "token" : "user",
  id: query.get("id") ?? "",
  name: query.get("name") ?? "",
});
