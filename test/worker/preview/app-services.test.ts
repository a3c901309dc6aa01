import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { appFiles, appMail, reservation, usage, user } from "../../../drizzle/schema/index.ts";
import { answerApp } from "../../../worker/agents/index.ts";
import { plans } from "../../../worker/billing/index.ts";
import { configOf } from "../../../worker/config/index.ts";
import type { Published } from "../../../worker/contract/index.ts";
import { AppError } from "../../../worker/errors.ts";
import { reserveFiles, sendAppMail } from "../../../worker/preview/index.ts";
import { scriptedModel } from "../agents/scripted-model.ts";
import { database } from "../database/direct.ts";
import { type Account, newAccount, newProject } from "../stage/client.ts";

const ground = { config: configOf(env), database };
const door: Fetcher = Reflect.get(env, "PREVIEW_DOOR");
const { free } = plans;

async function withProject() {
  const ada = await newAccount();
  const { id } = await newProject(ada);
  return { ada, id };
}

const ownerIdOf = async ({ email }: Account): Promise<string> => {
  const [row] = await database.select({ id: user.id }).from(user).where(eq(user.email, email));
  return row?.id ?? "";
};

const asked = { messages: [{ role: "user", content: "Hello" }] };

/** Asks by a scripted model, and waits for the work after the answer. */
async function ask(projectId: string, model: ReturnType<typeof scriptedModel>, input: unknown = asked) {
  const context = createExecutionContext();
  const waitUntil = (work: Promise<unknown>) => context.waitUntil(work);
  const answer = await answerApp(ground, { model: () => model, waitUntil }, { projectId, input });
  const text = "stream" in answer ? await new Response(answer.stream).text() : null;
  await waitOnExecutionContext(context);
  return { answer, text };
}

const usageOf = (projectId: string) => database.select().from(usage).where(eq(usage.projectId, projectId));
const reservedFor = (projectId: string) =>
  database.select().from(reservation).where(eq(reservation.projectId, projectId));

describe("messages of a model for apps", () => {
  it("An app's message has the Messages API's form, and its cost is its owner's under the agent app", async () => {
    const { ada, id } = await withProject();
    const { answer } = await ask(id, scriptedModel([{ say: "Hi" }], "claude-sonnet-5"));
    expect(answer).toEqual({
      ok: true,
      message: {
        id: expect.any(String),
        type: "message",
        role: "assistant",
        model: "fast",
        content: [{ type: "text", text: "Hi" }],
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: { input_tokens: 100, output_tokens: 50 },
      },
    });
    const [row] = await usageOf(id);
    expect(row).toMatchObject({ ownerId: await ownerIdOf(ada), agent: "app", outputTokens: 50 });
    expect(row?.microUsd).toBeGreaterThan(0);
    expect(await reservedFor(id)).toEqual([]);
  });

  it("A streamed message has the Messages API's events and is settled when it ends", async () => {
    const { id } = await withProject();
    const { text } = await ask(id, scriptedModel([{ say: "Hi" }], "claude-sonnet-5"), { ...asked, stream: true });
    const types = [...(text ?? "").matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    expect(types).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(await usageOf(id)).toHaveLength(1);
    expect(await reservedFor(id)).toEqual([]);
  });

  it("A reader that goes away ends the model's call, and the received tokens are charged", async () => {
    const { id } = await withProject();
    const context = createExecutionContext();
    const model = scriptedModel([{ hang: true, after: "word ".repeat(100) }], "claude-sonnet-5");
    const means = { model: () => model, waitUntil: (work: Promise<unknown>) => context.waitUntil(work) };
    const answer = await answerApp(ground, means, { projectId: id, input: { ...asked, stream: true } });
    if (!("stream" in answer)) throw new Error("there is no stream");
    const reader = answer.stream.getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    await waitOnExecutionContext(context);
    expect((await usageOf(id))[0]?.outputTokens).toBeGreaterThan(50);
    expect(await reservedFor(id)).toEqual([]);
  });

  it("Parallel messages of an app reserve no more than it may spend a day, and the others say so", async () => {
    const { id } = await withProject();
    const context = createExecutionContext();
    const waitUntil = (work: Promise<unknown>) => context.waitUntil(work);
    const model = () => scriptedModel([{ hang: true }], "claude-sonnet-5");
    // Each reserves some 82,000 of the free plan's 500,000 micro-dollars.
    const input = { ...asked, max_tokens: 8_192, stream: true };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => answerApp(ground, { model, waitUntil }, { projectId: id, input })),
    );
    const streams = answers.flatMap((answer) => ("stream" in answer ? [answer.stream] : []));
    expect(streams).toHaveLength(6);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({
      code: "budget_exceeded",
      detail: expect.stringContaining("daily budget for model calls is used up"),
    });
    expect((await reservedFor(id)).reduce((sum, { microUsd }) => sum + microUsd, 0)).toBeLessThanOrEqual(
      free.appMicroUsd,
    );
    await Promise.all(streams.map((stream) => stream.cancel()));
    await waitOnExecutionContext(context);
  });

  it.each([
    [{ messages: [] }, "messages"],
    [{ ...asked, max_tokens: 1_000_000 }, "max_tokens"],
    [{ ...asked, model: "claude-opus-5" }, "model"],
    [{ ...asked, tools: [] }, "Unrecognized key"],
    [{ messages: [{ role: "assistant", content: "x" }] }, "The last message must have the role user."],
    ["text", "The request"],
  ])("The request %j of an app is refused and reserves nothing", async (input, fault) => {
    const { id } = await withProject();
    const { answer } = await ask(id, scriptedModel([]), input);
    expect(answer).toMatchObject({ ok: false, code: "invalid_request", detail: expect.stringContaining(fault) });
    expect(await reservedFor(id)).toEqual([]);
  });

  it("An app of a suspended account and of a deleted project gets no message", async () => {
    const { ada, id } = await withProject();
    await database.update(user).set({ suspendedAt: new Date() }).where(eq(user.email, ada.email));
    expect((await ask(id, scriptedModel([]))).answer).toMatchObject({ ok: false, code: "account_suspended" });
    const absent = "prj_00000000000000000000000000";
    expect((await ask(absent, scriptedModel([]))).answer).toMatchObject({ ok: false, code: "not_found" });
  });
});

describe("the room for apps' files", () => {
  it("The files of all an account's apps share its limit, and giving room back always succeeds", async () => {
    const { ada, id } = await withProject();
    const other = (await newProject(ada)).id;
    const reserve = (projectId: string, target: "preview" | "public", bytes: number) =>
      reserveFiles(ground, { projectId, target, bytes });
    const half = free.appFileBytes / 2;
    expect(await reserve(id, "preview", half)).toBeNull();
    expect(await reserve(other, "public", half)).toBeNull();
    expect(await reserve(id, "public", 1)).toContain("500 MB in total");
    expect(await reserve(id, "preview", half + 1)).toContain("500 MB in total");
    expect(await reserve(id, "preview", half - 10)).toBeNull();
    expect(await reserve(id, "public", 10)).toBeNull();
    await ada.expect(204, `/v1/projects/${other}`, { method: "DELETE" });
    expect(await database.select().from(appFiles).where(eq(appFiles.projectId, other))).toEqual([]);
    expect(await reserve(id, "public", half)).toBeNull();
  });

  it("Twenty reservations at the same time do not exceed the limit together", async () => {
    const { ada, id } = await withProject();
    const others = await Promise.all(Array.from({ length: 9 }, () => newProject(ada)));
    const ids = [id, ...others.map((one) => one.id)];
    const bytes = free.appFileBytes / 5;
    const answers = await Promise.all(
      ids.flatMap((projectId) =>
        (["preview", "public"] as const).map((target) => reserveFiles(ground, { projectId, target, bytes })),
      ),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(5);
  });
});

describe("the mails of apps", () => {
  const mail = { kind: "message" as const, subject: "News", text: "Hello", stopLink: null };

  it("An app's mail goes to its owner and to people who have agreed, and counts against the account's daily limit", async () => {
    const { ada, id } = await withProject();
    expect(await sendAppMail(ground, id, { ...mail, to: "bo@example.com", hasAgreed: false })).toContain(
      "has not agreed",
    );
    expect(await sendAppMail(ground, id, { ...mail, to: ada.email.toUpperCase(), hasAgreed: false })).toBeNull();
    await database
      .update(appMail)
      .set({ sent: free.appMails - 3 })
      .where(eq(appMail.ownerId, await ownerIdOf(ada)));
    const sent = await Promise.all(
      Array.from({ length: 8 }, () => sendAppMail(ground, id, { ...mail, to: "bo@example.com", hasAgreed: true })),
    );
    expect(sent.filter((answer) => answer === null)).toHaveLength(3);
    expect(sent.find((answer) => answer !== null)).toContain(`${free.appMails} mails a day`);
  });
});

describe("an app that uses all of it", () => {
  it("A published app stores a file, asks the model and writes to its owner, and its schedules are listed", async () => {
    const { ada, id } = await withProject();
    const at = `/v1/projects/${id}`;
    const server = `export default {
  async fetch(request: Request, env: any) {
    await env.FILES.put("a.txt", "kept");
    const message = await env.AI.messages({ messages: [{ role: "user", content: "Say something." }] });
    await env.MAIL.send({ to: ${JSON.stringify(ada.email)}, subject: "News", text: "Hello" });
    return Response.json([await (await env.FILES.get("a.txt")).text(), message.role, typeof message.content[0].text]);
  },
  async scheduled() {},
};`;
    const operations = [
      { op: "create", path: "src/server.ts", content: server },
      { op: "create", path: "edgesmith.json", content: '{"crons":["0 9 * * *","0 7 * * MON"]}' },
    ];
    await ada.expect(201, `${at}/batches`, { body: { operations } });
    const { url } = await ada.expect<Published>(200, `${at}/publish`, { body: {} });
    const answer = await door.fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, JSON.stringify(["kept", "assistant", "string"])]);
    const listed = await ada.expect<{ data: { kind: string; cron: string; dueAt: string }[]; pagination: unknown }>(
      200,
      `${at}/schedules?target=public&limit=1`,
    );
    expect(listed).toMatchObject({ data: [{ kind: "cron" }], pagination: { hasMore: true, limit: 1 } });
    expect((await ada.problem(422, `${at}/schedules?target=both`)).code).toBeDefined();
    const { data } = await ada.expect<{ data: unknown[] }>(200, `${at}/schedules?target=preview`);
    expect(data).toEqual([]);
  });

  it("An app gets an error when no model is configured", async () => {
    const { id } = await withProject();
    const model = () => {
      throw new AppError("model_not_configured", "No model is configured.");
    };
    const answer = await answerApp(ground, { model, waitUntil: () => {} }, { projectId: id, input: asked });
    expect(answer).toEqual({ ok: false, code: "model_not_configured", detail: "No model is configured." });
  });
});
