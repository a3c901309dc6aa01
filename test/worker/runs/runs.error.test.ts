import { describe, expect, it } from "vitest";
import type { Me, Message } from "../../../worker/contract/index.ts";
import { uniquePrompt } from "../../stage/unique-prompt.ts";
import { newAccount, type Page, type Run } from "../stage/client.ts";
import { aProject, begin, rowsOf, script, until } from "./start.ts";

describe("a start that is refused", () => {
  it.each([
    [{ prompt: "" }, "/prompt"],
    [{ prompt: " \n\t" }, "/prompt"],
    [{}, "/prompt"],
    [{ prompt: 5 }, "/prompt"],
    [{ prompt: "x".repeat(32_001) }, "/prompt"],
    [{ prompt: "a\0b" }, "/prompt"],
    [{ prompt: "a\ud800b" }, "/prompt"],
    [{ prompt: "ok", mode: "yolo" }, "/mode"],
    [{ prompt: "ok", budget: { steps: 0 } }, "/budget/steps"],
    [{ prompt: "ok", budget: { euros: 1 } }, "/budget/euros"],
    [{ prompt: "ok", images: [{ mediaType: "image/svg+xml", data: "" }] }, "/images/0/mediaType"],
    [{ prompt: "ok", images: [{ mediaType: "image/png", data: "not base64!" }] }, "/images/0/data"],
    [{ prompt: "ok", images: [{ mediaType: "image/png", data: "AAE" }] }, "/images/0/data"],
    [{ prompt: "ok", images: [{ mediaType: "image/png", data: "" }] }, "/images/0/data"],
    [{ prompt: "ok", onDisconnect: "panic" }, "/onDisconnect"],
    [{ prompt: "ok", model: "mine" }, "/model"],
  ])("POST /runs returns 422 for %j and stores nothing", async (body, pointer) => {
    const { ada, projectId } = await aProject();
    const problem = await ada.problem(422, `/v1/projects/${projectId}/runs`, { body: JSON.stringify(body) });
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
    expect(await rowsOf(projectId)).toEqual([]);
  });

  it("POST /runs returns 422 for an unknown agent", async () => {
    const { ada, projectId } = await aProject();
    const problem = await ada.problem(422, `/v1/projects/${projectId}/runs`, {
      body: { prompt: "Hi", agent: "wizard" },
    });
    expect(problem.code).toBe("unknown_agent");
    expect(await rowsOf(projectId)).toEqual([]);
    expect((await ada.expect<Page<Message>>(200, `/v1/projects/${projectId}/messages`)).data).toEqual([]);
  });

  it("POST /runs returns 404 in another account's project", async () => {
    const { projectId } = await aProject();
    const eve = await newAccount();
    await eve.problem(404, `/v1/projects/${projectId}/runs`, { body: { prompt: "Hi" } });
    expect(await rowsOf(projectId)).toEqual([]);
  });

  it("POST /runs returns 429 with Retry-After for the fourth run in a minute", async () => {
    const { ada, projectId } = await aProject();
    const path = `/v1/projects/${projectId}/runs`;
    for (let n = 0; n < 3; n += 1) await begin(ada, projectId, script({ text: `Run ${n}.` }));
    const refused = await ada.request(path, { body: { prompt: "One more" }, headers: { "Idempotency-Key": "fourth" } });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("ratelimit-policy")).toBe('"runs";q=3;w=60');
    expect(refused.headers.get("ratelimit")).toMatch(/^"runs";r=0;t=\d+$/);
    expect(await refused.json()).toMatchObject({ code: "rate_limited", status: 429 });
    expect(await rowsOf(projectId)).toHaveLength(3);
  });

  it("only requests that start a run count against the run limit", async () => {
    const { ada, projectId } = await aProject();
    const path = `/v1/projects/${projectId}/runs`;
    const first = { body: { prompt: script({ text: "One." }) }, headers: { "Idempotency-Key": "once" } };
    const { id } = await ada.expect<Run>(202, path, first);
    for (let n = 0; n < 3; n += 1) {
      const refused = await ada.request(path, { body: { prompt: "" } });
      expect(refused.status).toBe(422);
      expect(refused.headers.get("ratelimit-policy")).toBe('"writes";q=120;w=60');
      await ada.problem(404, "/v1/projects/prj_none/runs", { body: { prompt: "Hi" } });
      expect((await ada.expect<Run>(202, path, first)).id).toBe(id);
    }
    for (const text of ["Two.", "Three."]) await begin(ada, projectId, script({ text }));
    await ada.problem(429, path, { body: { prompt: "Hi" } });
    expect(await rowsOf(projectId)).toHaveLength(3);
  });

  it("a start is replayed under its key however many runs were started since", async () => {
    const { ada, projectId } = await aProject();
    const path = `/v1/projects/${projectId}/runs`;
    const first = { body: { prompt: script({ text: "One." }) }, headers: { "Idempotency-Key": "once" } };
    const { id } = await ada.expect<Run>(202, path, first);
    for (const text of ["Two.", "Three."]) await begin(ada, projectId, script({ text }));
    const again = await ada.request(path, first);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toMatchObject({ id });
    const other = { ...first, body: { prompt: "Another" } };
    expect((await ada.problem(429, path, other)).code).toBe("rate_limited");
    expect((await ada.problem(429, path, { ...first, headers: { "Idempotency-Key": "new" } })).code).toBe(
      "rate_limited",
    );
    expect(await rowsOf(projectId)).toHaveLength(3);
  });

  it("POST /runs returns 429 budget_exceeded when the day's budget is spent", async () => {
    const { ada, projectId } = await aProject();
    await ada.expect<Me>(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 0 } } });
    const refused = await ada.request(`/v1/projects/${projectId}/runs`, { body: { prompt: "Hi" } });
    expect(await refused.json()).toMatchObject({ code: "budget_exceeded", status: 429 });
    expect(refused.headers.get("ratelimit-policy")).toBe('"writes";q=120;w=60');
    const tomorrow = Math.ceil(Date.now() / 86_400_000) * 86_400_000;
    const again = Date.now() + Number(refused.headers.get("retry-after")) * 1_000;
    expect(Math.abs(again - tomorrow)).toBeLessThan(5_000);
    expect(await rowsOf(projectId)).toEqual([]);
  });
});

describe("a run that fails", () => {
  it("a run that exceeds its budget of steps fails with budget_exceeded and keeps its written files", async () => {
    const { ada, projectId } = await aProject();
    const started = await begin(ada, projectId, "[[five steps]]", { budget: { steps: 2 } });
    const run = await until(ada, started.id, "failed");
    expect(run.error).toMatchObject({ code: "budget_exceeded" });
    const files = await ada.expect<{ data: { path: string }[] }>(200, `/v1/projects/${projectId}/files`);
    expect(files.data.map(({ path }) => path)).toEqual(["steps/1.txt", "steps/2.txt"]);
    const { data } = await ada.expect<Page<Message>>(200, `/v1/projects/${projectId}/messages`);
    expect(data.at(-1)?.content.at(-1)).toMatchObject({
      type: "end",
      status: "failed",
      error: { code: "budget_exceeded" },
    });
  });

  it("a run that exceeds its budget of tokens fails with budget_exceeded", async () => {
    const { ada, projectId } = await aProject();
    const started = await begin(ada, projectId, "[[five steps]]", { budget: { tokens: 1 } });
    expect((await until(ada, started.id, "failed")).error?.code).toBe("budget_exceeded");
  });

  it("a run that the model refuses fails with model_refused", async () => {
    const { ada, projectId } = await aProject();
    const run = await until(ada, (await begin(ada, projectId, uniquePrompt("Do it [[refusal]]"))).id, "failed");
    expect(run.error?.code).toBe("model_refused");
  });
});

describe("a run of another account", () => {
  it("every operation on another account's run returns 404", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, script({ text: "Mine." }));
    const eve = await newAccount();
    for (const id of [run.id, "run_00000000000000000000000000", "nonsense", "%00"]) {
      await eve.problem(404, `/v1/runs/${id}`);
      await eve.problem(404, `/v1/runs/${id}/events`);
      await eve.problem(404, `/v1/runs/${id}/events`, { headers: { Accept: "text/event-stream" } });
      await eve.problem(404, `/v1/runs/${id}/cancel`, { method: "POST" });
      await eve.problem(404, `/v1/runs/${id}/input`, { body: { text: "Hi" } });
    }
    expect(await until(ada, run.id, "completed")).toMatchObject({ id: run.id });
    expect(await eve.expect<Page<Run>>(200, "/v1/projects")).toMatchObject({ data: [] });
  });
});
