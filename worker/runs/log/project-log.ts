import type { Author } from "../../accounts/index.ts";
import {
  type Frame,
  framesOfProject,
  framesOfRun,
  hasFrame,
  insertFrame,
  newestPos,
  noRun,
  type PageLimit,
} from "./event-table.ts";

/** What is read at once: little enough that others have their turn in between. */
const page: PageLimit = { frames: 500, characters: 64_000 };

/** How much of the log's end is kept in memory, shared by all who watch. */
const tailFrames = 2_000;
const tailCharacters = 512_000;

/** How far a reader has got: all of its run up to `seq`, which is all of the log up to `pos` that is the run's. */
export type LogPosition = { seq: number; pos: number };

/** A revision that was made outside of a run. */
export type RevisionNotice = { revision: number; paths: string[]; author: Author };

type Appended = Omit<Frame, "pos">;

/**
 * The project's log. Appending stores at once; what is on disk is then shown to all who watch, after one wait for the
 * disk that they share. Its end lies in memory, so a viewer who keeps up costs no query; one who is behind reads pages.
 */
export class ProjectLog {
  readonly #ctx: DurableObjectState;
  readonly #storage: DurableObjectStorage;
  readonly #watchers = new Map<string, Set<() => void>>();
  /** Every frame after `#tailFrom` up to `head`, without a gap. */
  #tail: Frame[] = [];
  #tailFrom = 0;
  #characters = 0;
  /** Stored, and not known to be on disk yet; of these the ones that the disk is being waited for. */
  #stored: Frame[] = [];
  #unsettled: Frame[] = [];
  #newest = 0;
  #settling: Promise<void> | null = null;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    this.#storage = ctx.storage;
    this.reload();
  }

  /** The newest position that may be shown: all up to it is on disk. */
  get head(): number {
    return this.#tailFrom + this.#tail.length;
  }

  /** Begins anew from what is stored: the store was emptied, or a transaction did not come to pass. */
  reload(): void {
    this.#stored = [];
    this.#unsettled = [];
    this.#tail = [];
    this.#characters = 0;
    this.#newest = newestPos(this.#storage.sql);
    this.#tailFrom = this.#newest;
  }

  /** Resolves when all that was appended is shown. */
  async settled(): Promise<void> {
    await this.#settling;
  }

  /** What lies in memory is no longer what is stored: older events were trimmed. */
  forgetTail(): void {
    this.#tailFrom = this.head;
    this.#tail = [];
    this.#characters = 0;
  }

  append(appended: Appended, at: number): void {
    const frame: Frame = { pos: this.#newest + 1, ...appended };
    insertFrame(this.#storage.sql, frame, at);
    this.#newest = frame.pos;
    this.#stored.push(frame);
    if (this.#settling) return;
    this.#settling = this.#settle(isDelta(frame));
    this.#ctx.waitUntil(this.#settling);
  }

  /** Notes a revision that no run made. Told twice it is noted once. */
  appendRevision({ revision, paths, author }: RevisionNotice): void {
    if (hasFrame(this.#storage.sql, noRun, revision)) return;
    const at = Date.now();
    const data = JSON.stringify({ type: "revision.created", at: new Date(at).toISOString(), revision, paths, author });
    this.append({ runId: noRun, seq: revision, type: "revision.created", data }, at);
  }

  /** A run's next frames after a place, and the place after them. None: there is nothing new. */
  readRun(runId: string, { seq, pos }: LogPosition): { frames: Frame[]; place: LogPosition } {
    const { head } = this;
    if (pos >= this.#tailFrom) {
      const all = this.#tail.slice(pos - this.#tailFrom).filter((frame) => frame.runId === runId && frame.seq > seq);
      const frames = all.slice(0, page.frames);
      const last = frames.at(-1);
      return { frames, place: { seq: last?.seq ?? seq, pos: last && frames.length < all.length ? last.pos : head } };
    }
    const frames = framesOfRun(this.#storage.sql, runId, seq, head, page);
    const last = frames.at(-1);
    // A page that came back empty has shown that the run has nothing up to the head.
    return { frames, place: last ? { seq: last.seq, pos: last.pos } : { seq, pos: head } };
  }

  /** The project's next frames after a position. */
  readProject(after: number): { frames: Frame[]; isFromMemory: boolean } {
    if (after >= this.#tailFrom)
      return { frames: this.#tail.slice(after - this.#tailFrom).slice(0, page.frames), isFromMemory: true };
    return { frames: framesOfProject(this.#storage.sql, after, this.head, page), isFromMemory: false };
  }

  /** Calls `wake` when there is something new of a run, or with null of anything. @returns what ends that */
  subscribe(runId: string | null, wake: () => void): () => void {
    const key = runId ?? everything;
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers);
    watchers.add(wake);
    return () => {
      watchers.delete(wake);
      if (watchers.size === 0 && this.#watchers.get(key) === watchers) this.#watchers.delete(key);
    };
  }

  resourceCounts() {
    const watchers = [...this.#watchers.values()].reduce((sum, { size }) => sum + size, 0);
    return {
      watchers,
      tailFrames: this.#tail.length,
      tailCharacters: this.#characters,
      unsettled: this.#stored.length + this.#unsettled.length,
    };
  }

  /** A reply waits for its writes to be on disk, a chunk of a stream does not: so nothing is shown before it is. */
  async #settle(isUrgent: boolean): Promise<void> {
    try {
      // What is no piece of a text seldom comes alone: a turn later, all that came in this one is shown as one.
      if (!isUrgent) await scheduler.wait(0);
      while (this.#stored.length > 0) {
        this.#unsettled = this.#stored;
        this.#stored = [];
        await this.#storage.sync();
        this.#broadcast(this.#unsettled);
        this.#unsettled = [];
      }
    } finally {
      this.#settling = null;
    }
  }

  #broadcast(frames: Frame[]): void {
    for (const frame of frames) {
      this.#tail.push(frame);
      this.#characters += frame.data.length;
    }
    this.#shorten();
    const runs = new Set(frames.map(({ runId }) => runId));
    for (const key of [...runs, everything]) for (const wake of this.#watchers.get(key) ?? []) wake();
  }

  /** Lets go of the oldest half of a tail that has become too long, so that it is not moved at every frame. */
  #shorten(): void {
    if (this.#tail.length <= tailFrames && this.#characters <= tailCharacters) return;
    let dropped = 0;
    for (const { data } of this.#tail) {
      if (this.#tail.length - dropped <= tailFrames / 2 && this.#characters <= tailCharacters / 2) break;
      this.#characters -= data.length;
      dropped += 1;
    }
    this.#tail = this.#tail.slice(dropped);
    this.#tailFrom += dropped;
  }
}

const isDelta = ({ type }: Frame): boolean => type === "text.delta" || type === "tool.delta";

/** No run has this id. */
const everything = "*";
