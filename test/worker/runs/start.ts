import { eq } from "drizzle-orm";
import { run as runTable } from "../../../drizzle/schema/index.ts";
import type { EventPage } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { type Account, type Caller, newAccount, newProject, type Run } from "../stage/client.ts";

type ScriptedTurn = { text?: string; tools?: { name: string; input?: object }[]; delayMs?: number; paceMs?: number };

/** A prompt that makes the scripted model play these turns. */
export const script = (...turns: ScriptedTurn[]): string => `\`\`\`script\n${JSON.stringify(turns)}\n\`\`\``;

/** A model call that takes longer than any test; only a cancellation ends it. */
export const forEver = script({ text: "never said", delayMs: 600_000 });

export async function aProject(): Promise<{ ada: Account; projectId: string }> {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  return { ada, projectId: id };
}

export const begin = (caller: Caller, projectId: string, prompt: string, more: object = {}): Promise<Run> =>
  caller.expect<Run>(202, `/v1/projects/${projectId}/runs`, { body: { prompt, agent: "fullstack", ...more } });

/** Waits for a run's status. It waits on the stream's events, not on a clock. */
export async function until(caller: Caller, id: string, wanted: Run["status"]): Promise<Run> {
  for (let after = 0; ; ) {
    const run = await caller.expect<Run>(200, `/v1/runs/${id}`);
    if (run.status === wanted) return run;
    if (run.endedAt !== undefined)
      throw new Error(`${id} ended ${run.status}, not ${wanted}: ${JSON.stringify(run.error)}`);
    after = await nextEventAfter(caller, id, Math.max(after, run.lastSeq));
  }
}

/** Waits for an event after this one, and returns its number. */
async function nextEventAfter(caller: Caller, id: string, after: number): Promise<number> {
  const answer = await caller.request(`/v1/runs/${id}/events?after=${after}`, {
    headers: { Accept: "text/event-stream" },
  });
  if (answer.status === 204 || !answer.body) return after;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    const { done, value } = await reader.read();
    text += value ?? "";
    const found = /^id: (\d+)$/m.exec(text);
    if (done || found) {
      await reader.cancel();
      return Number(found?.[1] ?? after);
    }
  }
}

export const page = (caller: Caller, id: string, query = ""): Promise<EventPage> =>
  caller.expect<EventPage>(200, `/v1/runs/${id}/events${query}`);

export const rowsOf = (projectId: string) => database.select().from(runTable).where(eq(runTable.projectId, projectId));
