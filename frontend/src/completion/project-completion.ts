import { currentConnectivity, markUnreachable, onConnectivityChange } from "../api/connectivity.ts";
import { typesUrl } from "../api/projects.ts";
import { unsavedTexts } from "../files/edit-drafts.ts";
import { CompletionClient, type CompletionState, type Failure } from "./completion-client.ts";
import type { Reply, Request } from "./protocol.ts";

// One project is completed at a time: a service holds a hundred megabytes.
type Opened = { projectId: string; head: number; client: CompletionClient };
let opened: Opened | null = null;
let state: CompletionState = "idle";
let users = 0;
let leaving: ReturnType<typeof setTimeout> | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const patienceMs = 15_000;
/** How long a service waits for its next editor: opening it again takes seconds. */
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
  // The page then asks the server until it responds, and the types are loaded with everything else.
  if (next === "unreachable") markUnreachable();
  if (next === "ready") retries = 0;
  if (next === "refused" && retries++ < maxRetries) retry = setTimeout(load, retryMs);
  for (const listener of listeners) listener();
}

onConnectivityChange(() => {
  if (currentConnectivity() === "online") load();
});

/** Ends the service, such as when its person signs out. */
function close(): void {
  clearTimeout(retry);
  opened?.client.close();
  opened = null;
}
addEventListener("edgesmith-forget", close);

/** Returns the client of a project's types at its head, which it loads when they are not there yet. */
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

/** Keeps the service while an editor is open, and ends it a while after the last one. */
export function holdService(): () => void {
  users++;
  clearTimeout(leaving);
  return () => {
    users--;
    if (users === 0) leaving = setTimeout(close, keptMs);
  };
}

/** Returns whether the open project is completed by its types. */
export const completionState = (): CompletionState => state;

/**
 * Subscribes to changes of the state.
 * @returns a function that unsubscribes
 */
export function onCompletionState(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
