import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { triggerReceipt } from "../../../drizzle/schema/index.ts";
import { newId, type Page, type Revision, type Run, type Trigger } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { aTrigger, gitHub, newTrigger, outcomeOf, runsOf, send, standard, sweepNow, upgrade } from "./sender.ts";

describe("an inbound delivery", () => {
  it("A delivery by Standard Webhooks starts a run with the payload's fields in its prompt", async () => {
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

  it("A delivery of GitHub starts a run that writes", async () => {
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
  ])("A delivery of %s %s starts a run only when the trigger selects the event", async (event, action, isWanted) => {
    const { ada, projectId, trigger } = await aTrigger({ kind: "github", events: ["issues.opened", "pull_request"] });
    const answer = await send(trigger, gitHub(trigger.secret, event, { action }));
    expect(answer.status).toBe(202);
    const { runId } = await answer.json<{ runId: string | null }>();
    expect(runId !== null).toBe(isWanted);
    expect(await runsOf(ada, projectId)).toHaveLength(isWanted ? 1 : 0);
  });

  it("A delivery whose fields PostgreSQL cannot store starts a run, and its event is stored with replacement characters", async () => {
    const prompt = '{{type}} {{data.a}}\n```script\n[{"text":"Noted."}]\n```';
    const one = await aTrigger({ prompt });
    const odd = { type: "a\0b\ud800", action: "c\0", data: { a: "d\0\ud800", "e\0": 1 } };
    expect((await send(one.trigger, standard(one.trigger.secret, odd))).status).toBe(202);
    const long = { type: `${"x".repeat(199)}\u{1f600}` };
    expect((await send(one.trigger, standard(one.trigger.secret, long))).status).toBe(202);
    const two = await aTrigger({ kind: "github", prompt });
    expect((await send(two.trigger, gitHub(two.trigger.secret, "issues", odd))).status).toBe(202);
    const receipts = async ({ ada, trigger }: typeof one) =>
      (await ada.expect<Page<{ event: string }>>(200, `/v1/triggers/${trigger.id}/receipts`)).data.map((r) => r.event);
    expect(await receipts(one)).toEqual([`${"x".repeat(199)}\ufffd`, "a\ufffdb\ufffd"]);
    expect(await receipts(two)).toEqual(["issues.c\ufffd"]);
  });

  it("A ping starts no run, whatever events the trigger selects", async () => {
    const { ada, projectId, trigger } = await aTrigger({ kind: "github" });
    const answer = await send(trigger, gitHub(trigger.secret, "ping", { zen: "Keep it logically awesome." }));
    expect(await outcomeOf(answer)).toBe("202 null");
    expect(await runsOf(ada, projectId)).toEqual([]);
  });

  it("A delivery by Standard Webhooks is selected by its type", async () => {
    const { trigger } = await aTrigger({ events: ["order.paid"] });
    expect(await outcomeOf(await send(trigger, standard(trigger.secret, { type: "order" })))).toBe("202 null");
    expect(await outcomeOf(await send(trigger, standard(trigger.secret, ["order.paid"])))).toBe("202 null");
    const wanted = await outcomeOf(await send(trigger, standard(trigger.secret, { type: "order.paid" })));
    expect(wanted).toMatch(/^202 run_/);
  });

  it("A delivery with Svix's header names starts a run", async () => {
    const { trigger } = await aTrigger();
    const { body, headers } = standard(trigger.secret, { type: "user.created" });
    const named = Object.entries(headers).map(([name, value]) => [name.replace("webhook", "svix"), value]);
    expect(await outcomeOf(await send(trigger, { body, headers: Object.fromEntries(named) }))).toMatch(/^202 run_/);
  });

  it("A delivery of GitHub may be a form", async () => {
    const { ada, trigger } = await aTrigger({ kind: "github", prompt: "Look at {{issue.title}}" });
    const payload = { action: "opened", issue: { title: "a+b = 100% & “more”" } };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const type = { "Content-Type": "application/x-www-form-urlencoded" };
    const answer = await send(trigger, gitHub(trigger.secret, "issues", {}, { body }), type);
    expect(answer.status).toBe(202);
    const { runId } = await answer.json<{ runId: string }>();
    expect((await ada.expect<Run>(200, `/v1/runs/${runId}`)).prompt).toContain('Look at "a+b = 100% & “more”"');
    const without = gitHub(trigger.secret, "issues", {}, { body: "other=1" });
    expect(await outcomeOf(await send(trigger, without, type))).toBe("400 malformed_json");
  });

  it.each(["application/json; charset=utf-8", "application/cloudevents+json"])("A delivery may be %s", async (type) => {
    const { trigger } = await aTrigger();
    const answer = await send(trigger, standard(trigger.secret), { "Content-Type": type });
    expect(answer.status).toBe(202);
  });
});

describe("a repeated delivery", () => {
  it("A delivery repeated twenty times concurrently starts one run, and later repetitions do not count", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    await upgrade(ada);
    const sent = standard(trigger.secret);
    const outcomes = await Promise.all(Array.from({ length: 20 }, async () => outcomeOf(await send(trigger, sent))));
    const [run] = await runsOf(ada, projectId);
    expect(new Set(outcomes)).toEqual(new Set([`202 ${run?.id}`]));
    for (let count = 0; count < 25; count += 1) expect(await outcomeOf(await send(trigger, sent))).toBe(outcomes[0]);
    expect(await runsOf(ada, projectId)).toHaveLength(1);
  });

  it("A repeated delivery returns the same run, also a queued one", async () => {
    const { trigger } = await aTrigger();
    const all = Array.from({ length: 4 }, () => standard(trigger.secret));
    const first: string[] = [];
    for (const sent of all) first.push(await outcomeOf(await send(trigger, sent)));
    expect(first).toEqual(Array(4).fill(expect.stringMatching(/^202 run_/)));
    expect(new Set(first).size).toBe(4);
    for (const [at, sent] of all.entries()) expect(await outcomeOf(await send(trigger, sent))).toBe(first[at]);
  });

  it("A GitHub delivery with the same body is a repetition, whatever its id", async () => {
    const { ada, projectId, trigger } = await aTrigger({ kind: "github", events: ["issues"] });
    const body = JSON.stringify({ action: "opened", issue: { number: 1 } });
    const first = await outcomeOf(await send(trigger, gitHub(trigger.secret, "issues", {}, { body })));
    const again = await Promise.all(
      Array.from({ length: 5 }, async () =>
        outcomeOf(await send(trigger, gitHub(trigger.secret, "issues", {}, { body }))),
      ),
    );
    expect(new Set(again)).toEqual(new Set([first]));
    expect(await runsOf(ada, projectId)).toHaveLength(1);
    const other = JSON.stringify({ action: "opened", issue: { number: 2 } });
    expect(await outcomeOf(await send(trigger, gitHub(trigger.secret, "issues", {}, { body: other })))).not.toBe(first);
  });

  it("An ignored delivery of GitHub starts no run when it is repeated with another event name", async () => {
    const { ada, projectId, trigger } = await aTrigger({ kind: "github", events: ["issues"] });
    const body = JSON.stringify({ ref: "refs/heads/main" });
    expect(await outcomeOf(await send(trigger, gitHub(trigger.secret, "push", {}, { body })))).toBe("202 null");
    expect(await outcomeOf(await send(trigger, gitHub(trigger.secret, "issues", {}, { body })))).toBe("202 null");
    expect(await runsOf(ada, projectId)).toEqual([]);
  });

  it("Two deliveries by Standard Webhooks with the same body and different ids are distinct", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    for (let count = 0; count < 2; count += 1) await send(trigger, standard(trigger.secret, { type: "same" }));
    expect(await runsOf(ada, projectId)).toHaveLength(2);
  });

  it("A repeated delivery starts the run that was refused, once the limit allows", async () => {
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

  it("A repeated delivery starts the run of a receipt that a crash left without one", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    const [opId, deliveryId] = [newId("operation"), "msg_1"];
    await database.insert(triggerReceipt).values({ triggerId: trigger.id, deliveryId, opId });
    const sent = standard(trigger.secret, {}, { id: deliveryId });
    expect(await outcomeOf(await send(trigger, sent))).toBe(`202 ${opId.replace("op_", "run_")}`);
    expect(await runsOf(ada, projectId)).toHaveLength(1);
  });

  it("A receipt is kept for thirty days, and then swept", async () => {
    const { trigger } = await aTrigger();
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    await database.insert(triggerReceipt).values([
      { triggerId: trigger.id, deliveryId: "old", opId: newId("operation"), createdAt: days(31) },
      { triggerId: trigger.id, deliveryId: "young", opId: newId("operation"), createdAt: days(29) },
    ]);
    await sweepNow();
    const left = await database.select().from(triggerReceipt).where(eq(triggerReceipt.triggerId, trigger.id));
    expect(left.map(({ deliveryId }) => deliveryId)).toEqual(["young"]);
  });

  it("A delivery to another trigger is not a repetition", async () => {
    const { ada, projectId, trigger } = await aTrigger();
    const other = await newTrigger(ada, projectId);
    const id = "msg_1";
    const one = await outcomeOf(await send(trigger, standard(trigger.secret, {}, { id })));
    expect(await outcomeOf(await send(other, standard(other.secret, {}, { id })))).not.toBe(one);
    expect(await runsOf(ada, projectId)).toHaveLength(2);
  });
});
