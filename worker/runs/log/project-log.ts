import type { Author } from "../../accounts/index.ts";
import type { Comment } from "../../contract/index.ts";
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

/** The page size of one read, small enough that other requests get their turn in between. */
const page: PageLimit = { frames: 500, characters: 64_000 };

/** Size of the in-memory tail of the log, which all subscribers share. */
const tailFrames = 2_000;
const tailCharacters = 512_000;

/** A reader's position: it has read its run up to `seq`, and the run has no other event in the log up to `pos`. */
export type LogPosition = { seq: number; pos: number };

/** A revision that was created outside of a run. */
export type RevisionNotice = { revision: number; paths: string[]; author: Author };

/** A comment on a message that was written or deleted. */
export type CommentNotice =
  | { type: "comment.created"; comment: Comment }
  | { type: "comment.deleted"; messageId: string; commentId: string };

/** Turns of the event loop in which a broadcast event reaches the connections of its readers. */
const turnsToDeliver = 4;

type Appended = Omit<Frame, "pos">;

/**
 * A project's event log. `append` stores an event at once and broadcasts it to all subscribers after a disk sync that
 * concurrent events share. The tail of the log is cached in memory, so a subscriber that keeps up costs no query; a
 * subscriber that is behind reads pages from SQLite.
 */
export class ProjectLog {
  readonly #ctx: DurableObjectState;
  readonly #storage: DurableObjectStorage;
  readonly #watchers = new Map<string, Set<() => void>>();
  /** Every frame after `#tailFrom` up to `head`, without a gap. */
  #tail: Frame[] = [];
  #tailFrom = 0;
  #characters = 0;
  /** Frames stored but not yet synced to disk, and the frames that the current sync covers. */
  #stored: Frame[] = [];
  #unsettled: Frame[] = [];
  #newest = 0;
  #settling: Promise<void> | null = null;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    this.#storage = ctx.storage;
    this.reload();
  }

  /** The newest position that may be broadcast: everything up to it is on disk. */
  get head(): number {
    return this.#tailFrom + this.#tail.length;
  }

  /** Resets the in-memory state from SQLite, after the storage was deleted or a transaction was rolled back. */
  reload(): void {
    this.#stored = [];
    this.#unsettled = [];
    this.#tail = [];
    this.#characters = 0;
    this.#newest = newestPos(this.#storage.sql);
    this.#tailFrom = this.#newest;
  }

  /** Resolves when every appended event has been broadcast. */
  async settled(): Promise<void> {
    await this.#settling;
  }

  /**
   * Resolves when every appended event has been broadcast, and the readers' connections have taken it: its bytes pass
   * the API Worker and Pages in later turns of the event loop, which the caller's next work would delay.
   */
  async delivered(): Promise<void> {
    await this.settled();
    for (let turn = 0; turn < turnsToDeliver; turn += 1) await scheduler.wait(0);
  }

  /** Drops the in-memory tail, because it still contains events that trimming has deleted. */
  forgetTail(): void {
    this.#tailFrom = this.head;
    this.#tail = [];
    this.#characters = 0;
  }

  /**
   * Stores an event, and broadcasts it after the next disk sync.
   * @param at milliseconds since the epoch
   */
  append(appended: Appended, at: number): void {
    const frame: Frame = { pos: this.#newest + 1, ...appended };
    insertFrame(this.#storage.sql, frame, at);
    this.#newest = frame.pos;
    this.#stored.push(frame);
    if (this.#settling) return;
    this.#settling = this.#settle(isDelta(frame));
    this.#ctx.waitUntil(this.#settling);
  }

  /** Appends a revision or a comment that no run created. Idempotent for a revision. */
  appendNotice(notice: RevisionNotice | CommentNotice): void {
    if ("revision" in notice) this.#appendRevision(notice);
    else this.#appendComment(notice);
  }

  #appendComment(notice: CommentNotice): void {
    const at = Date.now();
    const data = JSON.stringify({ ...notice, at: new Date(at).toISOString() });
    // Negative, so that it is never the number of a revision.
    this.append({ runId: noRun, seq: -(this.#newest + 1), type: notice.type, data }, at);
  }

  #appendRevision({ revision, paths, author }: RevisionNotice): void {
    if (hasFrame(this.#storage.sql, noRun, revision)) return;
    const at = Date.now();
    const data = JSON.stringify({ type: "revision.created", at: new Date(at).toISOString(), revision, paths, author });
    this.append({ runId: noRun, seq: revision, type: "revision.created", data }, at);
  }

  /**
   * Reads a run's next frames after a position.
   * @returns the frames, possibly none, and the position after them
   */
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
    // An empty page proves that the run has no event up to the head.
    return { frames, place: last ? { seq: last.seq, pos: last.pos } : { seq, pos: head } };
  }

  /**
   * Reads the project's next frames after a position.
   * @returns the frames, and whether they came from the in-memory tail
   */
  readProject(after: number): { frames: Frame[]; isFromMemory: boolean } {
    if (after >= this.#tailFrom)
      return { frames: this.#tail.slice(after - this.#tailFrom).slice(0, page.frames), isFromMemory: true };
    return { frames: framesOfProject(this.#storage.sql, after, this.head, page), isFromMemory: false };
  }

  /**
   * Calls `wake` when events are broadcast.
   * @param runId the run whose events to watch; null for every event
   * @returns a function that unsubscribes
   */
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

  /** Counts subscribers and buffered frames, for the leak tests. */
  resourceCounts() {
    const watchers = [...this.#watchers.values()].reduce((sum, { size }) => sum + size, 0);
    return {
      watchers,
      tailFrames: this.#tail.length,
      tailCharacters: this.#characters,
      unsettled: this.#stored.length + this.#unsettled.length,
    };
  }

  /**
   * Syncs stored frames to disk, then broadcasts them. The platform's output gate holds back responses until writes are
   * on disk, but not the chunks of a stream.
   */
  async #settle(isUrgent: boolean): Promise<void> {
    try {
      // An event other than a delta is usually followed by more: waiting one turn lets them share a sync and a
      // broadcast.
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

  /** Drops the oldest half of an oversized tail, so that the array is not copied for every frame. */
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

/** The subscription key for all events; no run has this id. */
const everything = "*";
