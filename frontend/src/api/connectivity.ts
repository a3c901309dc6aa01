import { pauseBefore } from "./live-protocol.ts";

/**
 * Whether the server responds. Only a response to a request counts: a browser that reports being offline still reaches
 * a server on its own machine, so `navigator.onLine` only chooses the message.
 */
export type Connectivity = "online" | "unreachable" | "offline";

let connectivity: Connectivity = "online";
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function change(next: Connectivity): void {
  if (next === connectivity) return;
  connectivity = next;
  for (const listener of listeners) listener();
}

/** Records that the server responded, with any status. */
export function markOnline(): void {
  clearTimeout(timer);
  failures = 0;
  change("online");
}

/** Records that no response arrived, and polls the server until it responds. */
export function markUnreachable(): void {
  clearTimeout(timer);
  failures += 1;
  timer = setTimeout(() => void probe(), pauseBefore(failures, Math.random()));
  change(navigator.onLine ? "unreachable" : "offline");
}

async function probe(): Promise<void> {
  try {
    await fetch("/v1/health", { cache: "no-store" });
    markOnline();
  } catch {
    markUnreachable();
  }
}

addEventListener("online", () => void probe());
addEventListener("offline", () => void probe());

/** Returns the current connectivity. */
export const currentConnectivity = (): Connectivity => connectivity;

/**
 * Subscribes to changes of the connectivity.
 * @returns a function that unsubscribes
 */
export function onConnectivityChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
