import type { Answers, Question, Reply, Request, UnsavedText } from "./protocol.ts";

/**
 * `partial`: some packages have no types. `unreachable`: no response. `refused`: a response without types. `stopped`:
 * two requests timed out.
 */
export type CompletionState = "idle" | "loading" | "ready" | "partial" | "unreachable" | "refused" | "stopped";

/** The reason why loading the types failed. */
export type Failure = "unreachable" | "refused";

/** The part of a web worker that the client uses. */
export type Port = { post(request: Request): void; close(): void };

export type ClientParts = {
  /** Starts the worker of the language service. Loading the worker's script may fail. */
  open(onReply: (reply: Reply) => void, onFault: (state: Failure) => void): Port;
  /** The unsaved texts of the project by path. */
  unsaved(): Iterable<[string, string]>;
  onState(state: CompletionState): void;
  /** The timeout of one question, in milliseconds. */
  patienceMs: number;
};

type Asked = { question: Question; text: string; resolve: (answer: Answers[Question["kind"]]) => void };

const maxRestarts = 1;

/**
 * Asks the language service one question at a time. A newer question of the same kind replaces a waiting question.
 * Restarts a service that does not respond, but only once.
 */
export class CompletionClient {
  readonly #parts: ClientParts;
  #port: Port | null = null;
  #url = "";
  #state: CompletionState = "idle";
  #restarts = 0;
  #asked: (Asked & { id: number; timer: ReturnType<typeof setTimeout> }) | null = null;
  readonly #waiting = new Map<Question["kind"], Asked>();
  /** The unsaved texts that the service has received. */
  #sent = new Map<string, string>();
  #count = 0;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  get state(): CompletionState {
    return this.#state;
  }

  /** Loads a revision's types from their URL. The previous types stay in use until then. */
  load(url: string): void {
    if (this.#state === "stopped") return;
    this.#url = url;
    if (this.#port === null) {
      this.#sent = new Map();
      this.#port = this.#parts.open(
        (reply) => this.#receive(reply),
        (state) => this.#fail(state),
      );
    }
    if (!this.isReady) this.#change("loading");
    this.#port.post({ kind: "load", url });
  }

  /**
   * Asks a question.
   * @param text the editor's text of the question's file
   * @returns null without an answer: before the types are loaded, and when a newer question replaces this question
   */
  ask<Kind extends Question["kind"]>(question: Question & { kind: Kind }, text: string): Promise<Answers[Kind]> {
    return new Promise((resolve) => {
      if (!this.isReady) return resolve(null);
      this.#waiting.get(question.kind)?.resolve(null);
      // The answer repeats the question's id, so its kind is the question's kind.
      this.#waiting.set(question.kind, { question, text, resolve: resolve as Asked["resolve"] });
      this.#next();
    });
  }

  /** Stops the service; `load` starts it again. */
  close(): void {
    this.#end();
    this.#change("idle");
  }

  /** Whether the service can answer questions. */
  get isReady(): boolean {
    return this.#port !== null && (this.#state === "ready" || this.#state === "partial");
  }

  #next(): void {
    if (this.#asked !== null || !this.isReady) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    const [kind, asked] = next;
    this.#waiting.delete(kind);
    const id = ++this.#count;
    this.#asked = { ...asked, id, timer: setTimeout(() => this.#giveUp(), this.#parts.patienceMs) };
    const texts = this.#changedTexts(asked.question.path, asked.text);
    this.#port?.post({ kind: "ask", id, texts, question: asked.question });
  }

  #changedTexts(path: string, text: string): UnsavedText[] {
    const now = new Map([...this.#parts.unsaved(), [path, text]]);
    const ended = [...this.#sent.keys()].filter((known) => !now.has(known)).map((known): UnsavedText => [known, null]);
    const changed = [...now].filter(([known, edited]) => this.#sent.get(known) !== edited);
    this.#sent = now;
    return [...ended, ...changed];
  }

  #receive(reply: Reply): void {
    if (reply.kind === "failed") this.#fail(reply.status === 0 ? "unreachable" : "refused");
    else if (reply.kind === "loaded") this.#change(reply.isComplete ? "ready" : "partial");
    else if (reply.id === this.#asked?.id) this.#settle(reply.answer);
    this.#next();
  }

  #settle(answer: Answers[Question["kind"]]): void {
    clearTimeout(this.#asked?.timer);
    this.#asked?.resolve(answer);
    this.#asked = null;
  }

  /** Records a failed load. Types of an earlier revision stay in use. */
  #fail(state: Failure): void {
    if (this.isReady) return;
    this.#end();
    this.#change(state);
  }

  /** Stops a service that does not respond: a type of the project may keep it busy forever. */
  #giveUp(): void {
    this.#end();
    if (this.#restarts === maxRestarts) this.#change("stopped");
    else {
      this.#restarts++;
      this.#change("idle");
      this.load(this.#url);
    }
  }

  #end(): void {
    this.#port?.close();
    this.#port = null;
    this.#settle(null);
    for (const { resolve } of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }

  #change(state: CompletionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#parts.onState(state);
  }
}
