import { request } from "node:http";
import { openSocket } from "../../test/stage/socket.ts";
import type { Stage } from "./stage.ts";

// Minimal viewers, since they share two cores with the server that they measure.

export type Watching = { cut(): void; ended: Promise<void> };
type Run = { id: string; projectId: string };
type OnText = (text: string) => void;

/** Subscribes to a run's stream after an event. */
export function watchStream({ stack, caller }: Stage, { id }: Run, after: number, onText: OnText): Promise<Watching> {
  return new Promise((resolve, reject) => {
    const headers = { ...caller.credentials, Accept: "text/event-stream", "Last-Event-ID": String(after) };
    const outgoing = request({ host: "127.0.0.1", port: stack.port, path: `/v1/runs/${id}/events`, headers });
    outgoing.on("response", (answer) => {
      answer.setEncoding("utf8");
      const ended = new Promise<void>((end) => answer.on("close", end));
      answer.on("data", onText);
      if (answer.statusCode !== 200) reject(new Error(`stream: ${answer.statusCode}`));
      else resolve({ ended, cut: () => outgoing.destroy() });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** Subscribes to a project's live feed from its beginning. */
export async function watchSocket({ stack, caller }: Stage, { projectId }: Run, onText: OnText): Promise<Watching> {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const path = `/v1/projects/${projectId}/live`;
  const take = (text: string) => {
    onText(text);
    if (text.includes('"type":"run.completed"')) end();
  };
  const socket = await openSocket(
    { port: stack.port, path, headers: caller.credentials },
    { onText: take, onEnd: end },
  );
  socket.send('{"type":"resume","after":0}');
  return { ended, cut: () => socket.cut() };
}
