import { env, runInDurableObject } from "cloudflare:test";
import { type SQL, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { selectTokenByHash } from "../../../worker/accounts/store.ts";
import { hashToken } from "../../../worker/accounts/token-text.ts";
import type { Message, NewApiToken } from "../../../worker/contract/index.ts";
import { dayOf } from "../../../worker/contract/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { prefetchSnapshot } from "../../../worker/runs/index.ts";
import { type ProjectSnapshot, selectProjectSnapshot } from "../../../worker/runs/start/project-snapshot.ts";
import { database } from "../database/direct.ts";
import { type Run, runToEnd } from "../stage/client.ts";
import { aProject, rowsOf, script } from "./start.ts";

// The snapshot that a start reads is sent with the run to its Session, so that the run need not read it again.

const { SESSIONS } = env as unknown as Env;
const prompt = script({ text: "Hello." });

async function groundOf(projectId: string, ownerId: string): Promise<ProjectSnapshot | null | undefined> {
  const { rows } = await database.execute(
    selectProjectSnapshot(database, { projectId, ownerId, day: dayOf(Date.now()) }).getSQL(),
  );
  return (rows[0] as { snapshot: ProjectSnapshot | null } | undefined)?.snapshot;
}

async function anEndedRun() {
  const { ada, projectId } = await aProject();
  const { run } = await runToEnd(ada, projectId, { prompt });
  const [row] = await rowsOf(projectId);
  return { ada, projectId, run, ownerId: row?.ownerId ?? "" };
}

/** A message so long that the model's input tokens show whether it was read. */
const longMessage = (runId: string): Message => ({
  id: "msg_00000000000000000000000001",
  role: "user",
  runId,
  agent: null,
  content: [{ type: "text", text: "word ".repeat(2_000) }],
  createdAt: new Date().toISOString(),
});

/** Returns the input tokens of a run that was queued with a conversation of one long message of `runId`. */
async function inputWith(projectId: string, known: Run, runId: string): Promise<number> {
  const stub = SESSIONS.get(SESSIONS.idFromName(projectId));
  const id = `${known.id}-again`;
  await runInDurableObject(stub, async (session, { storage }) => {
    const [row] = storage.sql.exec<{ start: string }>("SELECT start FROM run WHERE id = ?", known.id).toArray();
    const beginning = { head: 0, files: [], messages: [longMessage(runId)] };
    await session.enqueue({ ...JSON.parse(row?.start ?? "{}"), id }, [], beginning);
  });
  await expect.poll(() => stub.describe(id), { timeout: 10_000 }).toMatchObject({ status: "completed" });
  const usage = (await stub.describe(id))?.usage;
  return (usage?.inputTokens ?? 0) + (usage?.cacheReadTokens ?? 0) + (usage?.cacheWriteTokens ?? 0);
}

/** Fewer input tokens than the long message has. */
const MESSAGE_TOKENS = 2_000;

describe("a run's context", () => {
  it("a run uses the context that its start read, and reads it again when another run has ended since", async () => {
    const [one, other] = [await anEndedRun(), await anEndedRun()];
    const asRead = await inputWith(one.projectId, one.run, one.run.id);
    const again = await inputWith(other.projectId, other.run, "run_of_before");
    expect(asRead - again).toBeGreaterThan(MESSAGE_TOKENS);
  });
});

describe("the snapshot of a start", () => {
  it("a start reads files, conversation and budget in one request", async () => {
    const { ada, projectId, run, ownerId } = await anEndedRun();
    const operations = [{ op: "create", path: "b.txt", content: "b" } as const];
    await ada.expect(201, `/v1/projects/${projectId}/batches`, { body: { operations } });
    const listed = await ada.expect<{ data: unknown[] }>(200, `/v1/projects/${projectId}/files`);
    const said = await ada.expect<{ data: Message[] }>(200, `/v1/projects/${projectId}/messages`);
    expect(await groundOf(projectId, ownerId)).toMatchObject({
      head: 1,
      agents: [],
      budget: null,
      files: listed.data,
      messages: said.data,
    });
    expect(said.data.map(({ runId }) => runId)).toEqual([run.id, run.id]);
  });

  it("a start reads nothing of another account's project", async () => {
    const { projectId } = await anEndedRun();
    const other = await anEndedRun();
    expect(await groundOf(projectId, other.ownerId)).toBeNull();
  });

  it("a start reads no snapshot for a token that may not start runs", async () => {
    const { ada, projectId } = await anEndedRun();
    for (const [scope, isRead] of [
      ["runs:read", false],
      ["runs:write", true],
    ] as const) {
      const { token } = await ada.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "test", scopes: [scope] } });
      const ask = (ownerId: SQL) => prefetchSnapshot(projectId, ownerId, dayOf(Date.now()));
      const [found] = await selectTokenByHash(database, await hashToken(token), { scope: "runs:write", ask });
      expect(found?.alongside).toEqual(isRead ? expect.objectContaining({ name: "Test" }) : null);
    }
  });

  it("a snapshot omits files and messages above its limits", async () => {
    const { projectId, ownerId } = await anEndedRun();
    await database.execute(sql`
      INSERT INTO message (id, project_id, role, content)
      VALUES (${`msg_${projectId}`}, ${projectId}, 'user', jsonb_build_array((SELECT string_agg(md5(n::text), '') FROM generate_series(1, 8000) AS n)))`);
    await database.execute(sql`
      INSERT INTO file (project_id, path, sha256, bytes, language, encoding, revision)
      SELECT ${projectId}, 'f' || n, 'x', 1, 'text', 'utf-8', 1 FROM generate_series(1, 501) AS n`);
    expect(await groundOf(projectId, ownerId)).toMatchObject({ files: null, messages: null, head: 0 });
  });
});
