import { pauseBefore } from "./live-protocol.ts";

/**
 * Whether the server answers. What counts is an answer to a request: a browser that calls itself offline still reaches
 * a server on its own machine, so its word only says what the matter may be.
 */
export type Reach = "reached" | "unreachable" | "offline";

let reach: Reach = "reached";
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function change(next: Reach): void {
  if (next === reach) return;
  reach = next;
  for (const listener of listeners) listener();
}

/** An answer came, whatever it says. */
export function noteAnswer(): void {
  clearTimeout(timer);
  failures = 0;
  change("reached");
}

/** None came: from now on the server is asked until one does. */
export function noteSilence(): void {
  clearTimeout(timer);
  failures += 1;
  timer = setTimeout(() => void ask(), pauseBefore(failures, Math.random()));
  change(navigator.onLine ? "unreachable" : "offline");
}

async function ask(): Promise<void> {
  try {
    await fetch("/v1/health", { cache: "no-store" });
    noteAnswer();
  } catch {
    noteSilence();
  }
}

addEventListener("online", () => void ask());
addEventListener("offline", () => void ask());

export const currentReach = (): Reach => reach;

export function onReach(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
