import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { trigger as triggerTable } from "../../../drizzle/schema/index.ts";
import type { NewTrigger, Page, Receipt, Trigger } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { appUrl, newAccount, newProject } from "../stage/client.ts";
import { aTrigger, newTrigger, outcomeOf, send, standard } from "./sender.ts";

describe("a trigger", () => {
  it("A trigger is returned with its secret once, and listed without it", async () => {
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

  it("The list of a project's triggers is newest first, page by page", async () => {
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

  it("A trigger that is created again under the same key is the same trigger", async () => {
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
  ])("POST /triggers refuses %s", async (_, body, pointer) => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const problem = await ada.problem(422, `/v1/projects/${id}/triggers`, { body });
    expect(problem.errors).toMatchObject([{ pointer }]);
  });

  it("POST /triggers refuses an agent that does not exist", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const body = { kind: "github", prompt: "x", agent: "nobody" };
    expect((await ada.problem(422, `/v1/projects/${id}/triggers`, { body })).code).toBe("unknown_agent");
  });
});

describe("an existing trigger", () => {
  it("GET and PATCH of a trigger are limited to its owner, and PATCH changes only the given fields", async () => {
    const { ada, trigger } = await aTrigger({ agent: "frontend", events: ["push"] });
    const { secret: _, ...shown } = trigger;
    const path = `/v1/triggers/${trigger.id}`;
    expect(await ada.expect<Trigger>(200, path)).toEqual(shown);
    await (await newAccount()).problem(404, path);
    const patch = (body: unknown) => ada.expect<Trigger>(200, path, { method: "PATCH", body });
    expect(await patch({ prompt: "Look at {{event}}" })).toEqual({ ...shown, prompt: "Look at {{event}}" });
    expect(await patch({ agent: null, events: ["issues", "issues"] })).toMatchObject({
      agent: null,
      events: ["issues"],
    });
    expect(await patch({})).toMatchObject({ prompt: "Look at {{event}}", agent: null });
  });

  it.each([
    [{ kind: "github" }, "/kind"],
    [{ prompt: " " }, "/prompt"],
    [{ enabled: "yes" }, "/enabled"],
  ])("PATCH of a trigger refuses %j", async (body, pointer) => {
    const { ada, trigger } = await aTrigger();
    const problem = await ada.problem(422, `/v1/triggers/${trigger.id}`, { method: "PATCH", body });
    expect(problem.errors).toMatchObject([{ pointer }]);
  });

  it("PATCH of a trigger refuses an agent that does not exist", async () => {
    const { ada, trigger } = await aTrigger();
    const init = { method: "PATCH", body: { agent: "nobody" } };
    expect((await ada.problem(422, `/v1/triggers/${trigger.id}`, init)).code).toBe("unknown_agent");
  });

  it("A disabled trigger returns 403, and accepts the same delivery when it is enabled again", async () => {
    const { ada, trigger } = await aTrigger();
    const path = `/v1/triggers/${trigger.id}`;
    const disabledReason = "The password was reset.";
    await database.update(triggerTable).set({ enabled: false, disabledReason }).where(eq(triggerTable.id, trigger.id));
    expect(await ada.expect<Trigger>(200, path)).toMatchObject({ enabled: false, disabledReason });
    const sent = standard(trigger.secret);
    expect(await outcomeOf(await send(trigger, sent))).toBe("403 trigger_disabled");
    expect(await outcomeOf(await send(trigger, standard(`whsec_${btoa("another secret")}`)))).toBe(
      "401 invalid_signature",
    );
    const enabled = await ada.expect<Trigger>(200, path, { method: "PATCH", body: { enabled: true } });
    expect(enabled).toMatchObject({ enabled: true, disabledReason: null });
    expect(await outcomeOf(await send(trigger, sent))).toMatch(/^202 run_/);
  });

  it("A trigger accepts deliveries signed with a previous secret until its overlap ends", async () => {
    const { ada, trigger } = await aTrigger({ events: ["none"] });
    const rotate = (body: unknown) => ada.expect<NewTrigger>(200, `/v1/triggers/${trigger.id}/rotate-secret`, { body });
    const second = await rotate({ overlapSeconds: 60 });
    const third = await rotate({ overlapSeconds: 60 });
    const outcomes = (secrets: string[]) =>
      Promise.all(secrets.map(async (secret) => outcomeOf(await send(trigger, standard(secret)))));
    const secrets = [trigger.secret, second.secret, third.secret];
    expect(await outcomes(secrets)).toEqual(Array(3).fill("202 null"));
    const fourth = await rotate({ endPrevious: true });
    expect(await outcomes(secrets)).toEqual(Array(3).fill("401 invalid_signature"));
    expect(await outcomes([fourth.secret])).toEqual(["202 null"]);
    const fifth = await ada.expect<NewTrigger>(200, `/v1/triggers/${trigger.id}/rotate-secret`, { method: "POST" });
    expect(await outcomes([fourth.secret, fifth.secret])).toEqual(["401 invalid_signature", "202 null"]);
  });

  it("An account has at most twenty triggers", async () => {
    const { ada, projectId } = await aTrigger();
    const body = { kind: "standard", prompt: "Hello" };
    const answers = await Promise.all(
      Array.from({ length: 22 }, () => ada.request(`/v1/projects/${projectId}/triggers`, { body })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(19);
    expect((await ada.problem(409, `/v1/projects/${projectId}/triggers`, { body })).code).toBe("limit_reached");
    await ada.problem(404, "/v1/projects/prj_none/triggers", { body });
  });

  it("The receipts of a trigger list its deliveries with their outcomes, newest first, page by page", async () => {
    const { ada, trigger } = await aTrigger({ events: ["order.paid"] });
    const path = `/v1/triggers/${trigger.id}/receipts`;
    await send(trigger, standard(trigger.secret, { type: "order.seen" }, { id: "msg_seen" }));
    await send(trigger, standard(`whsec_${btoa("another secret")}`));
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 0 } } });
    await send(trigger, standard(trigger.secret, { type: "order.paid" }, { id: "msg_refused" }));
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 1_000_000 } } });
    await send(trigger, standard(trigger.secret, { type: "order.paid" }, { id: "msg_paid" }));
    const page = await ada.expect<Page<Receipt>>(200, `${path}?limit=2`);
    const rest = await ada.expect<Page<Receipt>>(200, `${path}?limit=2&cursor=${page.pagination.nextCursor}`);
    expect([...page.data, ...rest.data]).toMatchObject([
      {
        deliveryId: "msg_paid",
        event: "order.paid",
        status: "started",
        runId: expect.stringMatching(/^run_/),
        error: null,
      },
      { deliveryId: "msg_refused", event: "order.paid", status: "refused", runId: null, error: "budget_exceeded" },
      { deliveryId: "msg_seen", event: "order.seen", status: "ignored", runId: null, error: null },
    ]);
    await (await newAccount()).problem(404, path);
  });
});
