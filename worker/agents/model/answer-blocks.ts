import type { ModelEvent, ToolUseBlock, TurnBlock } from "./port.ts";
import { isRecord } from "./stream-events.ts";

type TextDraft = { type: "text"; text: string; emittedLength: number; isDone: boolean };
type ToolDraft = { type: "tool_draft"; id: string; name: string; json: string; startInput: unknown };
type ThoughtDraft = { type: "thinking"; thinking: string; signature: string };
type Draft = TextDraft | ToolDraft | ThoughtDraft | { type: "redacted_thinking"; data: string };

/** Limits above any requested answer: a longer answer ends here, as if it had reached the output limit. */
const maxCharacters = 600_000;
const maxBlocks = 1_000;
/** The limit of a call's name and id in Claude's API. */
const maxNameLength = 200;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/**
 * The blocks of a streamed answer. Servers number blocks differently (one index for all, none, deltas of a block that
 * was never started): a delta is added to the newest block of its index that accepts it, or starts a new block.
 */
export class AnswerBlocks {
  readonly #blocks: Draft[] = [];
  readonly #byIndex = new Map<unknown, Draft>();
  readonly #takenIds: Set<string>;
  #characters = 0;
  #isFull = false;

  /** @param takenIds the ids of the conversation's earlier calls; a call that repeats one of these gets a new id */
  constructor(takenIds: Iterable<string>) {
    this.#takenIds = new Set(takenIds);
  }

  /** The number of characters so far: of text, tool inputs and thoughts. */
  get characters(): number {
    return this.#characters;
  }

  /** Whether the answer has reached a limit. What followed was dropped, so that its last block may be incomplete. */
  get isFull(): boolean {
    return this.#isFull || this.#blocks.length > maxBlocks;
  }

  get count(): number {
    return this.#blocks.length;
  }

  /** Whether the newest block is a thought, which some servers do not stream while it grows. */
  get isThinking(): boolean {
    return this.#blocks.at(-1)?.type.includes("thinking") ?? false;
  }

  /**
   * Starts a block.
   * @returns the events it yields
   */
  *open(index: unknown, block: Record<string, unknown>): Generator<ModelEvent> {
    switch (block.type) {
      case "text":
        yield* this.closeAll();
        this.#add(index, { type: "text", text: "", emittedLength: 0, isDone: false });
        yield* this.#addText(index, textOf(block.text));
        return;
      case "tool_use":
        yield* this.#openTool(index, block);
        return;
      case "thinking":
        yield* this.closeAll();
        this.#add(index, { type: "thinking", thinking: "", signature: this.#taken(textOf(block.signature)) });
        yield* this.#addThought(index, textOf(block.thinking));
        return;
      case "redacted_thinking":
        yield* this.closeAll();
        this.#add(index, { type: "redacted_thinking", data: this.#taken(textOf(block.data)) });
    }
  }

  /**
   * Adds a delta to its block.
   * @returns whether the delta was understood
   */
  *add(index: unknown, delta: Record<string, unknown>): Generator<ModelEvent, boolean> {
    if (typeof delta.text === "string") yield* this.#addText(index, delta.text);
    else if (typeof delta.thinking === "string") yield* this.#addThought(index, delta.thinking);
    else if (typeof delta.signature === "string") this.#sign(index, delta.signature);
    else if (delta.partial_json !== undefined && delta.partial_json !== null)
      return yield* this.#addInput(index, delta);
    return true;
  }

  /**
   * Closes every open text block, because another block has started or the answer is over; not every server announces
   * this.
   */
  *closeAll(): Generator<ModelEvent> {
    for (const block of this.#blocks) {
      if (block.type !== "text" || block.isDone) continue;
      block.isDone = true;
      // The first half of a surrogate pair whose second half never arrived.
      if (block.emittedLength < block.text.length)
        yield { type: "text", text: block.text.slice(block.emittedLength).toWellFormed() };
      if (block.text !== "") yield { type: "text_done", text: block.text.toWellFormed() };
    }
  }

  /**
   * Returns the blocks of the answer.
   * @param cut whether the answer stopped inside its last block, whose input is then incomplete
   */
  content(cut: boolean): TurnBlock[] {
    // A thought without a signature was cut off, or comes from another server: it could not be sent back.
    const kept = this.#blocks.filter((block) => block.type !== "thinking" || block.signature !== "");
    return kept.map((block, place): TurnBlock => {
      if (block.type === "text") return { type: "text", text: block.text.toWellFormed() };
      return block.type === "tool_draft" ? toolUse(block, cut && place === kept.length - 1) : block;
    });
  }

  *#openTool(index: unknown, { id, name, input }: Record<string, unknown>): Generator<ModelEvent> {
    const known = this.#byIndex.get(index);
    const serverId = (typeof id === "number" ? String(id) : textOf(id)).slice(0, maxNameLength).toWellFormed();
    // Some gateways start a call a second time when its name is complete.
    if (known?.type === "tool_draft" && known.id === serverId && serverId !== "" && known.json === "") {
      known.startInput = input ?? known.startInput;
      return;
    }
    yield* this.closeAll();
    const draft: ToolDraft = {
      type: "tool_draft",
      id: this.#ownId(serverId),
      name: textOf(name).slice(0, maxNameLength).toWellFormed(),
      json: "",
      startInput: input,
    };
    this.#add(index, draft);
    yield { type: "tool_start", id: draft.id, name: draft.name };
    const whole = typeof input === "string" ? input : isRecord(input) ? JSON.stringify(input) : "{}";
    if (whole !== "{}") yield { type: "unseen", text: this.#taken(whole) };
  }

  *#addText(index: unknown, received: string): Generator<ModelEvent> {
    const text = this.#taken(received);
    if (text === "") return;
    let block = this.#byIndex.get(index);
    if (block?.type !== "text" || block.isDone) {
      yield* this.closeAll();
      block = { type: "text", text: "", emittedLength: 0, isDone: false };
      this.#add(index, block);
    }
    block.text += text;
    // The halves of a surrogate pair may arrive apart: the first waits for the second.
    const end = block.text.length - (/[\ud800-\udbff]$/.test(block.text) ? 1 : 0);
    if (end > block.emittedLength)
      yield { type: "text", text: block.text.slice(block.emittedLength, end).toWellFormed() };
    block.emittedLength = end;
  }

  *#addThought(index: unknown, received: string): Generator<ModelEvent> {
    const thought = this.#taken(received);
    if (thought === "") return;
    let block = this.#byIndex.get(index);
    if (block?.type !== "thinking") {
      yield* this.closeAll();
      block = { type: "thinking", thinking: "", signature: "" };
      this.#add(index, block);
    }
    block.thinking += thought;
    yield { type: "unseen", text: thought };
  }

  #sign(index: unknown, signature: string): void {
    const block = this.#byIndex.get(index);
    if (block?.type === "thinking" && block.signature !== signature) block.signature += this.#taken(signature);
  }

  /**
   * Adds to a call's input.
   * @returns whether there is a call that the input could belong to
   */
  *#addInput(index: unknown, { partial_json }: Record<string, unknown>): Generator<ModelEvent, boolean> {
    const received = typeof partial_json === "string" ? partial_json : JSON.stringify(partial_json);
    if (received === "") return true;
    const known = this.#byIndex.get(index);
    const block =
      known?.type === "tool_draft"
        ? known
        : this.#blocks.findLast((draft): draft is ToolDraft => draft.type === "tool_draft");
    if (block === undefined) return false;
    const json = this.#taken(received);
    block.json += json;
    yield { type: "tool_json", id: block.id, json };
    return true;
  }

  /** Counts a part of the answer, and cuts it where the answer becomes too long: one event may contain megabytes. */
  #taken(part: string): string {
    const text = part.slice(0, Math.max(0, maxCharacters - this.#characters));
    this.#isFull ||= text.length < part.length;
    this.#characters += text.length;
    return text;
  }

  #add(index: unknown, draft: Draft): void {
    this.#blocks.push(draft);
    this.#byIndex.set(index, draft);
  }

  #ownId(serverId: string): string {
    let id = serverId === "" ? `call_${this.#takenIds.size + 1}` : serverId;
    for (let number = 2; this.#takenIds.has(id); number++) id = `${serverId === "" ? "call" : serverId}_${number}`;
    this.#takenIds.add(id);
    return id;
  }
}

/** Builds the call's block. An incomplete or invalid input is not used. */
function toolUse({ id, name, json, startInput }: ToolDraft, cut: boolean): ToolUseBlock {
  const call = { type: "tool_use" as const, id, name };
  if (cut) return { ...call, input: {}, fault: "cut" };
  // Some servers send the complete input with the start of the block, as an object or as JSON text; some send an empty
  // object in place of the first part, or of every part.
  const parts = json.replace(/^\s*\{\s*\}\s*(?=$|\{\s*")/, "");
  const text = parts.trim() === "" && typeof startInput === "string" ? startInput : parts;
  const input = text.trim() === "" ? (isRecord(startInput) ? startInput : {}) : objectIn(text);
  return isRecord(input) ? { ...call, input } : { ...call, input: {}, fault: "not_json" };
}

/** Parses JSON, which some servers encode twice. For a call without arguments some send null, no text or a list. */
function objectIn(json: string): unknown {
  const outer = parsed(json);
  if (typeof outer === "string" && outer.trim() === "") return {};
  const value = typeof outer === "string" ? parsed(outer) : outer;
  return value === null || (Array.isArray(value) && value.length === 0) ? {} : value;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // not JSON: the caller marks the call
  }
}
