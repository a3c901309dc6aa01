import { type LiveNotice, liveClose, type Viewer } from "../../contract/index.ts";
import type { Frame } from "../log/event-table.ts";
import type { ProjectLog } from "../log/project-log.ts";
import { SendWindow } from "./send-window.ts";

/** How long a socket stays open before the viewer has to authenticate again. */
const signInAgainMs = 3_600_000;

/**
 * A socket's state that survives hibernation. `isStarted`: the position to start from is known, from the viewer or by
 * default. `file`: the path that the viewer has open; an attachment of an older version has none.
 */
export type Attachment = {
  viewer: Viewer;
  pos: number;
  since: number;
  isStarted: boolean;
  wantsDeltas: boolean;
  file?: string | null;
};

/** Caches each frame's encoding, which all viewers share. */
const texts = new WeakMap<Frame, string>();

/** One viewer of the live feed: its position in the log and its send window. */
export class LiveSocket {
  readonly viewer: Viewer;
  readonly #socket: WebSocket;
  readonly #log: ProjectLog;
  readonly #since: number;
  readonly #wantsDeltas: boolean;
  #pos: number;
  #isStarted: boolean;
  #file: string | null;
  #isReading = false;
  readonly #window = new SendWindow();

  constructor(socket: WebSocket, log: ProjectLog, attachment: Attachment) {
    const { viewer, pos, since, isStarted, wantsDeltas, file = null } = attachment;
    this.viewer = viewer;
    this.#file = file;
    this.#socket = socket;
    this.#log = log;
    this.#since = since;
    this.#wantsDeltas = wantsDeltas;
    this.#pos = pos;
    this.#isStarted = isStarted;
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** The path of the file that the viewer has open. */
  get file(): string | null {
    return this.#file;
  }

  /** The characters that were sent and not acknowledged, which the runtime may still hold. */
  get inFlight(): number {
    return this.#window.inFlight;
  }

  /** Saves the viewer's state as the socket's attachment, which survives hibernation. */
  attach(): void {
    const { viewer } = this;
    const attachment: Attachment = {
      viewer,
      pos: this.#pos,
      since: this.#since,
      isStarted: this.#isStarted,
      wantsDeltas: this.#wantsDeltas,
      file: this.#file,
    };
    this.#socket.serializeAttachment(attachment);
  }

  /**
   * Starts sending after a position.
   * @param after defaults to the current position
   */
  start(after = this.#pos): void {
    this.#pos = after;
    this.#isStarted = true;
    this.#window.ackUpTo(after);
    this.sendNotice({ type: "resumed", after, head: this.#log.head });
  }

  /**
   * Records the file that the viewer has open.
   * @returns whether it differs from the previous file
   */
  open(file: string | null): boolean {
    if (file === this.#file) return false;
    this.#file = file;
    this.attach();
    return true;
  }

  /** Records the viewer's acknowledgement of everything up to a position. */
  acknowledge(pos: number): void {
    this.#window.acknowledge(pos);
  }

  /** Sends a message that is not part of the log. */
  sendNotice(notice: LiveNotice): void {
    this.#send(JSON.stringify(notice), null);
  }

  /**
   * Sends new frames until the send window is full. Closes the socket of a viewer that does not acknowledge.
   * @param maxInFlight the maximum number of unacknowledged characters
   * @returns whether the viewer's position has changed
   */
  async advance(maxInFlight: number): Promise<boolean> {
    if (!this.#isStarted || this.#isReading) return false;
    if (Date.now() - this.#since > signInAgainMs) return this.#cut(liveClose.signInAgain, "connect again");
    const from = this.#pos;
    this.#isReading = true;
    try {
      while (this.#isOpen && this.#pos < this.#log.head) {
        if (this.#window.inFlight >= maxInFlight) {
          // A viewer that acknowledges gets backpressure: its next acknowledgement calls `advance` again.
          if (this.#window.isAcknowledged) break;
          return this.#cut(liveClose.tooSlow, `resume after ${this.#pos}`);
        }
        const { frames, isFromMemory } = this.#log.readProject(this.#pos);
        this.#sendSome(frames, maxInFlight);
        // Trimmed events leave gaps: an empty page means that nothing remains up to the head.
        if (frames.length === 0) this.#pos = this.#log.head;
        // Lets other viewers have their turn before the next page is read from SQLite.
        if (!isFromMemory) await scheduler.wait(0);
      }
    } finally {
      this.#isReading = false;
    }
    return this.#pos !== from;
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #sendSome(frames: Frame[], maxInFlight: number): void {
    for (const frame of frames) {
      if (!this.#isStarted || this.#window.inFlight >= maxInFlight) return;
      if (this.#wantsDeltas || !frame.type.endsWith(".delta")) this.#send(textOf(frame), frame.pos);
      this.#pos = frame.pos;
    }
  }

  #send(text: string, pos: number | null): void {
    if (!this.#isOpen) return;
    this.#socket.send(text);
    this.#window.recordSent(pos, text.length);
  }

  #cut(code: number, reason: string): false {
    this.#socket.close(code, reason);
    return false;
  }
}

/** Encodes a frame as the SSE stream does, with its position in front. */
function textOf(frame: Frame): string {
  const known = texts.get(frame) ?? `{"pos":${frame.pos},${frame.data.slice(1)}`;
  texts.set(frame, known);
  return known;
}
