// Runs the language service in its own thread, so that no answer delays a key.
import type { ProjectTypes } from "../../../worker/contract/index.ts";
import { ProjectService } from "./project-service.ts";
import type { Reply, Request } from "./protocol.ts";

const service = new ProjectService();
/** The key of the packages whose declarations this worker has loaded. */
let known = "";

const reply = (message: Reply): void => postMessage(message);

async function load(url: string): Promise<void> {
  const response = await fetch(`${url}?known=${known}`).catch(() => null);
  if (response === null || !response.ok) return reply({ kind: "failed", status: response?.status ?? 0 });
  // The connection may break within the response.
  const types: ProjectTypes | null = await response.json().catch(() => null);
  if (types === null) return reply({ kind: "failed", status: 0 });
  service.load(types);
  known = types.packages.key;
  reply({ kind: "loaded", isComplete: types.packages.complete });
  resultOrReport(() => service.prepare());
}

/** Returns a result; on an error of the compiler reports it to the console and returns null. */
function resultOrReport<T>(work: () => T): T | null {
  try {
    return work();
  } catch (fault) {
    reportError(fault);
    return null;
  }
}

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.kind === "load") return void load(data.url);
  const { id, texts, question } = data;
  service.edit(texts);
  reply({ kind: "answer", id, answer: resultOrReport(() => service.answer(question)) });
});
