import type { LiveFrame, RunEvent, RunEventType } from "../../../worker/contract/index.ts";

// Identifies stream events by their type alone: bundling the contract's validators would more than double the page's
// size.

// A record, so that a type added to the contract is a type error until this list includes it.
const runEventTypes: Record<RunEventType, true> = {
  "run.created": true,
  "run.routed": true,
  "run.started": true,
  "step.started": true,
  "text.delta": true,
  "text.done": true,
  "tool.started": true,
  "tool.delta": true,
  "tool.done": true,
  "revision.created": true,
  "check.done": true,
  "usage.updated": true,
  "step.retried": true,
  "input.requested": true,
  "run.completed": true,
  "run.failed": true,
  "run.cancelled": true,
};

/** The names of the events of a run's stream, to listen for. */
export const runEventNames: readonly string[] = Object.keys(runEventTypes);

const typeOf = (value: unknown): string | null =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" ? value.type : null;

const isRunEvent = (value: unknown): value is RunEvent => Object.hasOwn(runEventTypes, typeOf(value) ?? "");
const isLiveFrame = (value: unknown): value is LiveFrame => typeOf(value) !== null;

/**
 * Parses one event of a run's stream.
 * @throws SyntaxError when the text is not valid JSON
 */
export function parseRunEvent(text: string): RunEvent {
  const value: unknown = JSON.parse(text);
  if (!isRunEvent(value)) throw new SyntaxError("The stream sent an invalid run event.");
  return value;
}

/**
 * Parses one frame of a project's live feed. Accepts frames of unknown types from newer servers.
 * @throws SyntaxError when the text is not valid JSON
 */
export function parseLiveFrame(text: string): LiveFrame {
  const value: unknown = JSON.parse(text);
  if (!isLiveFrame(value)) throw new SyntaxError("The live feed sent an invalid frame.");
  return value;
}
