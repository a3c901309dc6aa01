import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { triggerReceipt } from "../../../drizzle/schema/index.ts";
import {
  type NewTrigger,
  newId,
  type Page,
  type Revision,
  type Run,
  type Trigger,
} from "../../../worker/contract/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { sweep } from "../../../worker/http/sweep.ts";
import { database } from "../database/direct.ts";
import { type Account, appUrl, newAccount, newProject, runToEnd } from "../stage/client.ts";
import { aTrigger, fromAnywhere, gitHub, newTrigger, outcomeOf, send, standard, stripe } from "./sender.ts";

const runsOf = async (caller: Account, projectId: string) =>
  (await caller.expect<Page<Run>>(200, `/v1/projects/${projectId}/runs`)).data;

/** Lets an account start twenty runs a minute. */
async function upgrade(ada: Account): Promise<void> {
  const { id } = await ada.expect<{ id: string }>(200, "/v1/me");
  const object = { id: `sub_${crypto.randomUUID()}`, status: "active", metadata: { userId: id, plan: "pro" } };
  const type = "customer.subscription.created";
  const event = {
    id: `evt_${crypto.randomUUID().replaceAll("-", "")}`,
    type,
    created: 1_790_000_000,
    data: { object },
  };
  expect((await send("stripe", stripe(event))).status).toBe(200);
}

describe("a trigger", () => {
  it("is shown with its secret once, and listed without it", async () => {
    const { ada, projectId, trigger } = await aTrigger({ kind: "github", agent: "frontend", events: ["push", "push"] });
    expect(trigger).toMatchObject({ projectId, kind: "github", agent: "frontend", events: ["push"], lastUsedAt: null });
    expect(trigger.id).toMatch(/^trg_[0-9a-z]{26}$/);
    expect(trigger.url).toBe(`${appUrl}/v1/in/${trigger.id}`);
    expect(trigger.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { secret: _, ...shown } = trigger;
    const list = await ada.expect<Page<Trigger>>(200, `/v1/projects/${projectId}/triggers`);
    expect(list.data).toEqual([shown]);
    expect((await newTrigger(ada, projectId)).secret).not.toBe(trigger.secret);
  });

  it("is listed newest first, page by page, with those of its project alone", async () => {
    const { ada, projectId, trigger: first } = await aTrigger();
    const { id: other } = await newProject(ada);
    await newTrigger(ada, other);
    const second = await newTrigger(ada, projectId);
    const path = `/v1/projects/${projectId}/triggers?limit=1`;
    const page = await ada.expect<Page<Trigger>>(200, path);
    const last = await ada.expect<Page<Trigger>>(200, `${path}&cursor=${page.pagination.nextCursor}`);
    expect([...page.data, ...last.data].map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(last.pagination.hasMore).toBe(false);
  });

  it("is the same one when it is made again under the same key", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const init = { body: { kind: "standard", prompt: "Hello" }, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const make = () => ada.expect<NewTrigger>(201, `/v1/projects/${id}/triggers`, init);
    expect(await make()).toEqual(await make());
  });

  it.each([
    ["an unknown kind", { kind: "gitlab", prompt: "x" }, "/kind"],
    ["an empty prompt", { kind: "github", prompt: " " }, "/prompt"],
    ["too long a prompt", { kind: "github", prompt: "x".repeat(16_001) }, "/prompt"],
    ["an event without a name", { kind: "github", prompt: "x", events: [""] }, "/events/0"],
    ["a secret of one's own", { kind: "github", prompt: "x", secret: "mine" }, "/secret"],
  ])("with %s is refused", async (_, body, pointer) => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const problem = await ada.problem(422, `/v1/projects/${id}/triggers`, { body });
    expect(problem.errors).toMatchObject([{ pointer }]);
  });

  it("for an agent that is not there is refused", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const body = { kind: "github", prompt: "x", agent: "nobody" };
    expect((await ada.problem(422, `/v1/projects/${id}/triggers`, { body })).code).toBe("unknown_agent");
  });
});

describe("a delivery", () => {
  it("by Standard Webhooks starts a run with the payload's fields in its prompt", async () => {
    const prompt = 'Note {{event}} of {{data.who}}\n```script\n[{"text":"Noted."}]\n```';
    const { ada, projectId, trigger } = await aTrigger({ prompt, agent: "frontend" });
    const payload = { type: "order.paid", data: { who: "Grace" } };
    const answer = await send(trigger, standard(trigger.secret, payload));
    expect(answer.status).toBe(202);
    const { runId } = await answer.json<{ runId: string }>();
    const run = await ada.expect<Run>(200, `/v1/runs/${runId}`);
    expect(run).toMatchObject({ projectId, agent: "frontend", mode: "build" });
    expect(run.prompt).toContain('Note "order.paid" of "Grace"\n');
    const [listed] = (await ada.expect<Page<Trigger>>(200, `/v1/projects/${projectId}/triggers`)).data;
    expect(listed?.lastUsedAt).toEqual(expect.any(String));
  });

  it("of GitHub starts a run that writes", async () => {
    const files = [{ path: "fix.txt", content: "fixed" }];
    const script = [{ tools: [{ name: "write_files", input: { files } }] }, { text: "Fixed." }];
    const prompt = `Fix #{{issue.number}}\n\`\`\`script\n${JSON.stringify(script)}\n\`\`\``;
    const { ada, projectId, trigger } = await aTrigger({ kind: "github", prompt, events: ["issues.opened"] });
    const sent = gitHub(trigger.secret, "issues", { action: "opened", issue: { number: 7 } });
    const { runId } = await (await send(trigger, sent)).json<{ runId: string }>();
    const events = await ada.request(`/v1/runs/${runId}/events`, { headers: { Accept: "text/event-stream" } });
    expect(await events.text()).toContain("run.completed");
    const { data } = await ada.expect<Page<Revision>>(200, `/v1/projects/${projectId}/revisions`);
    expect(data).toMatchObject([{ number: 1, runId }]);
  });

  it.each([
    ["issues", "opened", true],
    ["issues", "closed", false],
    ["pull_request", "closed", true],
    ["push", undefined, false],
  ])("of %s %s starts a run only where it is wanted", async (event, action, isWanted) => {
    const { ada, projectId, trigger } = await aTrigger({ kind: "github", events: ["issues.opened", "pull_request"] });
    const answer = await send(trigger, gitHub(trigger.secret, event, { action }));
    expect(answer.status).toBe(202);
    const { runId } = await answer.json<{ runId: string | null }>();
    expect(runId !== null).toBe(isWanted);
    expect(await runsOf(ada, projectId)).toHaveLength(isWanted ? 1 : 0);
  });

  it("that is a ping starts nothing, whatever is wanted", async () => {
    const { ada, projectId, trigger } = await aTrigger({ kind: "github" });
    const answer = await send(trigger, gitHub(trigger.secret, "ping", { zen: "Keep it logically awesome." }));
    expect(await outcomeOf(answer)).toBe("202 null");
    expect(await runsOf(ada, projectId)).toEqual([]);
  });

  it("by Standard Webhooks is wanted by its type", async () => {
    const { trigger } = await aTrigger({ events: ["order.paid"] });
    expect(await outcomeOf(await send(trigger, standard(trigger.secret, { type: "order" })))).toBe("202 null");
    expect(await outcomeOf(await send(trigger, standard(trigger.secret, ["order.paid"])))).toBe("202 null");
    const wanted = await outcomeOf(await send(trigger, standard(trigger.secret, { type: "order.paid" })));
    expect(wanted).toMatch(/^202 run_/);
  });

  it.each(["application/json; charset=utf-8", "application/cloudevents+json"])("may be %s", async (type) => {
    const { trigger } = await aTrigger();
    const answer = await send(trigger, standard(trigger.secret), { "Content-Type": type });
    expect(answer.status).toBe(202);
  });
});

describe("the same delivery again", () => {
  it("starts exactly one run, were it twenty times at once, and is not counted any more when that is there", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    await upgrade(ada);
    const sent = standard(trigger.secret);
    const outcomes = await Promise.all(Array.from({ length: 20 }, async () => outcomeOf(await send(trigger, sent))));
    const [run] = await runsOf(ada, projectId);
    expect(new Set(outcomes)).toEqual(new Set([`202 ${run?.id}`]));
    for (let count = 0; count < 25; count += 1) expect(await outcomeOf(await send(trigger, sent))).toBe(outcomes[0]);
    expect(await runsOf(ada, projectId)).toHaveLength(1);
  });

  it("is told of a run that was started when the limit is reached", async () => {
    const { trigger } = await aTrigger();
    const all = Array.from({ length: 4 }, () => standard(trigger.secret));
    const first: string[] = [];
    for (const sent of all) first.push(await outcomeOf(await send(trigger, sent)));
    expect(first[3]).toBe("429 rate_limited");
    for (const [at, sent] of all.entries()) expect(await outcomeOf(await send(trigger, sent))).toBe(first[at]);
  });

  it("starts the run that was refused, once there is room", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 0 } } });
    const sent = standard(trigger.secret);
    const refused = await send(trigger, sent);
    expect(await outcomeOf(refused)).toBe("429 budget_exceeded");
    expect(await runsOf(ada, projectId)).toEqual([]);
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 1_000_000 } } });
    expect(await outcomeOf(await send(trigger, sent))).toMatch(/^202 run_/);
    expect(await runsOf(ada, projectId)).toHaveLength(1);
  });

  it("starts the run of a receipt that a crash left without one", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    const [opId, deliveryId] = [newId("operation"), "msg_1"];
    await database.insert(triggerReceipt).values({ triggerId: trigger.id, deliveryId, opId });
    const sent = standard(trigger.secret, {}, { id: deliveryId });
    expect(await outcomeOf(await send(trigger, sent))).toBe(`202 ${opId.replace("op_", "run_")}`);
    expect(await runsOf(ada, projectId)).toHaveLength(1);
  });

  it("is known for thirty days, and what is older is swept", async () => {
    const { trigger } = await aTrigger();
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    await database.insert(triggerReceipt).values([
      { triggerId: trigger.id, deliveryId: "old", opId: newId("operation"), createdAt: days(31) },
      { triggerId: trigger.id, deliveryId: "young", opId: newId("operation"), createdAt: days(29) },
    ]);
    const context = createExecutionContext();
    await sweep(env as unknown as Env, context, Date.now());
    await waitOnExecutionContext(context);
    const left = await database.select().from(triggerReceipt).where(eq(triggerReceipt.triggerId, trigger.id));
    expect(left.map(({ deliveryId }) => deliveryId)).toEqual(["young"]);
  });

  it("to another trigger is another one", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    const other = await newTrigger(ada, projectId);
    const id = "msg_1";
    const one = await outcomeOf(await send(trigger, standard(trigger.secret, {}, { id })));
    expect(await outcomeOf(await send(other, standard(other.secret, {}, { id })))).not.toBe(one);
    expect(await runsOf(ada, projectId)).toHaveLength(2);
  });
});

describe("limits", () => {
  it("count a start against the owner's runs, together with those of the API", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    await runToEnd(ada, projectId, { prompt: '```script\n[{"text":"Hello."}]\n```' });
    await send(trigger, standard(trigger.secret));
    const last = await send(trigger, standard(trigger.secret));
    expect(last.headers.get("ratelimit")).toMatch(/^"runs";r=0;/);
    const refused = await send(trigger, standard(trigger.secret));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("count what is not verified against its address, before anything else", async () => {
    const { trigger } = await aTrigger();
    const here = fromAnywhere();
    const sent = standard(`whsec_${btoa("another secret")}`);
    const outcomes = await Promise.all(
      Array.from({ length: 61 }, async () => outcomeOf(await send(trigger, sent, here))),
    );
    expect(outcomes.filter((one) => one === "401 invalid_signature")).toHaveLength(60);
    expect(outcomes.filter((one) => one === "429 rate_limited")).toHaveLength(1);
    expect((await send(trigger, standard(trigger.secret))).status).toBe(202);
  });
});
