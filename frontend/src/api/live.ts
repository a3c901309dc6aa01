import type { LiveFrame, LiveMessage } from "../../../worker/contract/index.ts";
import { enc } from "./client.ts";
import { closingOf, hear, pauseBefore } from "./live-protocol.ts";
import { parseLiveFrame } from "./parse-event.ts";

/** `connecting` at first and right after a disconnect; `down` after the first failed attempt to reconnect. */
export type LiveStatus = "connecting" | "up" | "down" | "deleted";

export type LiveHandler = {
  /** Called with frames in order, batched over 30 ms. */
  onFrames: (frames: LiveFrame[]) => void;
  /** Called when events may have been missed, so that cached data must be refetched. */
  onMissed: () => void;
  onStatus: (status: LiveStatus) => void;
  /** Called when the server closes the socket after an hour, so that the session is verified again. */
  onSignInAgain: () => void;
};

const groupMs = 30;
/** The interval of acknowledgements. The server stops sending after about a megabyte without an acknowledgement. */
const ackMs = 500;
/** The client sends a ping after this long without a frame. */
const quietMs = 25_000;
const answerMs = 5_000;
const openMs = 10_000;

function addressOf(projectId: string, after: number | null): string {
  const address = new URL(`/v1/projects/${enc(projectId)}/live`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  // Text deltas arrive on the event streams of the individual runs.
  address.searchParams.set("deltas", "off");
  if (after !== null) address.searchParams.set("after", String(after));
  return address.href;
}

/**
 * A project's live feed. It reconnects with backoff and resumes after the newest event received. A hidden page does not
 * reconnect; when it becomes visible, or the network is back, it reconnects at once.
 */
export class LiveFeed {
  readonly #projectId: string;
  readonly #handler: LiveHandler;
  readonly #listening = new AbortController();
  readonly #beat: ReturnType<typeof setInterval>;
  #socket: WebSocket | null = null;
  #status: LiveStatus = "connecting";
  #pos: number | null = null;
  #file: string | null = null;
  #failures = 0;
  #heardAt = 0;
  #pending: LiveFrame[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(projectId: string, handler: LiveHandler) {
    this.#projectId = projectId;
    this.#handler = handler;
    const { signal } = this.#listening;
    addEventListener("online", () => this.#wake(), { signal });
    addEventListener("offline", () => this.#probe(), { signal });
    document.addEventListener("visibilitychange", () => this.#wake(), { signal });
    this.#beat = setInterval(() => {
      if (performance.now() - this.#heardAt > quietMs) this.#probe();
    }, quietMs);
    this.#connect();
  }

  /** Tells the other viewers which file is open on this page, now and after each reconnect. */
  view(file: string | null): void {
    if (file === this.#file) return;
    this.#file = file;
    this.#say({ type: "viewing", path: file });
  }

  stop(): void {
    this.#listening.abort();
    clearInterval(this.#beat);
    for (const timer of [this.#flushTimer, this.#retryTimer]) clearTimeout(timer);
    this.#letGo();
  }

  #connect(): void {
    clearTimeout(this.#retryTimer);
    const socket = new WebSocket(addressOf(this.#projectId, this.#pos));
    this.#socket = socket;
    this.#expectAnswer(openMs);
    socket.onopen = () => {
      if (this.#pos === null) this.#say({ type: "resume" });
      if (this.#file !== null) this.#say({ type: "viewing", path: this.#file });
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => this.#take(parseLiveFrame(data));
    socket.onclose = ({ code }) => this.#closed(code);
  }

  #take(frame: LiveFrame): void {
    this.#heardAt = performance.now();
    const { pos, reply, missed } = hear(this.#pos, frame);
    this.#pos = pos;
    if (reply !== null) this.#say(reply);
    if (missed) this.#handler.onMissed();
    if (frame.type === "resumed") {
      this.#failures = 0;
      this.#tell("up");
    }
    if ("pos" in frame) this.#ackTimer ??= setTimeout(() => this.#acknowledge(), ackMs);
    this.#pending.push(frame);
    this.#flushTimer ??= setTimeout(() => this.#flush(), groupMs);
  }

  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const frames = this.#pending;
    this.#pending = [];
    if (frames.length > 0) this.#handler.onFrames(frames);
  }

  #acknowledge(): void {
    this.#ackTimer = undefined;
    if (this.#pos !== null) this.#say({ type: "ack", pos: this.#pos });
  }

  #closed(code: number): void {
    this.#letGo();
    this.#flush();
    const closing = closingOf(code);
    if (closing === "deleted") {
      this.#tell("deleted");
      this.stop();
      return;
    }
    if (closing === "sign-in") this.#handler.onSignInAgain();
    if (this.#status !== "up") this.#failures += 1;
    this.#tell(this.#status === "up" ? "connecting" : "down");
    if (document.hidden) return;
    this.#retryTimer = setTimeout(() => this.#connect(), pauseBefore(this.#failures, Math.random()));
  }

  /** Reconnects now if a retry is pending, and pings otherwise: a connection can be lost without a close event. */
  #wake(): void {
    if (document.hidden) return;
    if (this.#socket === null) this.#connect();
    else this.#probe();
  }

  #probe(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#say({ type: "ping" });
    this.#expectAnswer(answerMs);
  }

  #expectAnswer(withinMs: number): void {
    const asked = performance.now();
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      if (this.#heardAt < asked) this.#closed(0);
    }, withinMs);
  }

  #letGo(): void {
    for (const timer of [this.#ackTimer, this.#silenceTimer]) clearTimeout(timer);
    this.#ackTimer = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #say(message: LiveMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #tell(status: LiveStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#handler.onStatus(status);
  }
}
