import type { Fault } from "../faults.ts";

const patterns: [RegExp, (...groups: string[]) => Fault][] = [
  [
    /^fail (\d{3})(?: retry after (\d+))?$/,
    (status, seconds) => ({
      kind: "status",
      status: Number(status),
      ...(seconds ? { retryAfter: Number(seconds) } : {}),
    }),
  ],
  [/^cut at (\d+) bytes?$/, (bytes) => ({ kind: "cut", atByte: Number(bytes) })],
  [/^(?:overloaded|error) after (\d+) deltas?$/, (deltas) => ({ kind: "error_event", afterDeltas: Number(deltas) })],
  [/^malformed tool json$/, () => ({ kind: "bad_tool_json" })],
  [/^max tokens in tool$/, () => ({ kind: "max_tokens" })],
  [/^refusal$/, () => ({ kind: "refusal" })],
  [/^pause turn$/, () => ({ kind: "pause_turn" })],
  [/^context overflow$/, () => ({ kind: "context_overflow" })],
  [/^hang$/, () => ({ kind: "hang" })],
];

/**
 * Parses `[[<fault>( <n> times)?( on step <s>)?]]`.
 * @returns the fault that the prompt requests for this step, if any
 */
export function promptFault(prompt: string, step: number): Fault | undefined {
  for (const [, inner = ""] of prompt.matchAll(/\[\[([^\]]+)\]\]/g)) {
    const words = inner.trim().toLowerCase();
    const parts = /^(.*?)(?: (\d+) times?)?(?: on step (\d+))?$/.exec(words);
    if (Number(parts?.[3] ?? 1) !== step) continue;
    for (const [pattern, make] of patterns) {
      const found = pattern.exec(parts?.[1] ?? "");
      if (found) return { ...make(...found.slice(1)), times: Number(parts?.[2] ?? 1) };
    }
  }
  return undefined;
}

/**
 * Parses `[[slow <n> ms]]`.
 * @returns milliseconds between the deltas of every response to this prompt
 */
export const promptPace = (prompt: string): number | undefined => {
  const found = /\[\[slow (\d+) ms\]\]/i.exec(prompt);
  return found ? Number(found[1]) : undefined;
};
