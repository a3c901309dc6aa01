import { currentConnectivity, markUnreachable, onConnectivityChange } from "../api/connectivity.ts";
import { typesUrl } from "../api/projects.ts";
import { unsavedTexts } from "../files/edit-drafts.ts";
import { CompletionClient, type CompletionState, type Failure } from "./completion-client.ts";
import type { Reply, Request } from "./protocol.ts";

// Only one project has a service at a time: a service takes about a hundred megabytes.
type Opened = { projectId: string; head: number; client: CompletionClient };
let opened: Opened | null = null;
let state: CompletionState = "idle";
let users = 0;
let leaving: ReturnType<typeof setTimeout> | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const patienceMs = 15_000;
/** How long an unused service stays open, in milliseconds, since starting it takes seconds. */
const keptMs = 60_000;
const retryMs = 20_000;
const maxRetries = 3;
let retries = 0;

function openWorker(onReply: (reply: Reply) => void, onFault: (state: Failure) => void) {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => onReply(data));
  worker.addEventListener("error", () => onFault(navigator.onLine ? "refused" : "unreachable"));
  return { post: (request: Request) => worker.postMessage(request), close: () => worker.terminate() };
}

function load(): void {
  clearTimeout(retry);
  if (opened !== null) opened.client.load(typesUrl(opened.projectId, opened.head));
}

function changed(next: CompletionState): void {
  state = next;
  // The page then polls the server until it responds, and refetches everything, including the types.
  if (next === "unreachable") markUnreachable();
  if (next === "ready") retries = 0;
  if (next === "refused" && retries++ < maxRetries) retry = setTimeout(load, retryMs);
  for (const listener of listeners) listener();
}

onConnectivityChange(() => {
  if (currentConnectivity() === "online") load();
});

/** Stops the service, such as on sign-out. */
function close(): void {
  clearTimeout(retry);
  opened?.client.close();
  opened = null;
}
addEventListener("edgesmith-forget", close);

/** Returns the client for a project's types at its head, and loads them if necessary. */
export function completionOf(projectId: string, head: number): CompletionClient {
  if (opened?.projectId !== projectId) {
    close();
    const unsaved = () => unsavedTexts(projectId);
    opened = {
      projectId,
      head,
      client: new CompletionClient({ open: openWorker, unsaved, onState: changed, patienceMs }),
    };
    load();
  } else if (head > opened.head) {
    opened.head = head;
    load();
  }
  return opened.client;
}

/**
 * Keeps the service open while an editor exists, and stops it some time after the last editor closed.
 * @returns a function that releases it
 */
export function holdService(): () => void {
  users++;
  clearTimeout(leaving);
  return () => {
    users--;
    if (users === 0) leaving = setTimeout(close, keptMs);
  };
}

/** Returns the state of the open project's completion. */
export const completionState = (): CompletionState => state;

/**
 * Subscribes to changes of the state.
 * @returns a function that unsubscribes
 */
export function onCompletionState(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
