import { describe, expect, it } from "vitest";
import type { ModelChoice } from "../../../worker/contract/index.ts";
import { runToEnd } from "../stage/client.ts";
import { aProject, begin, script } from "./start.ts";

describe("the rules and the model of a run", () => {
  it("A run's log names the project's AGENTS.md that it follows", async () => {
    const { ada, projectId } = await aProject();
    const operations = [{ op: "create", path: "AGENTS.md", content: "Use tabs.\n" }];
    await ada.expect(201, `/v1/projects/${projectId}/batches`, { body: { operations } });
    const { events, run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }), agent: "explainer" });
    expect(run.status).toBe("completed");
    expect(events.filter(({ type }) => type === "run.started")).toMatchObject([
      { rules: { path: "AGENTS.md", bytes: 10, truncated: false } },
    ]);
  });

  it("The log of a run in a project without AGENTS.md names no rules", async () => {
    const { ada, projectId } = await aProject();
    const { events } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }), agent: "explainer" });
    expect(events.find(({ type }) => type === "run.started")).not.toHaveProperty("rules");
  });

  it("GET /v1/models lists the model of each tier with its price, and a run can name a tier", async () => {
    const { ada, projectId } = await aProject();
    const { data } = await ada.expect<{ data: ModelChoice[] }>(200, "/v1/models");
    expect(data.map(({ tier }) => tier)).toEqual(["fast", "balanced", "deep"]);
    expect(data[0]?.price).toEqual({ input: 0, output: 0 });
    await begin(ada, projectId, script({ text: "Hello." }), { model: "deep" });
    const { errors } = await ada.problem(422, `/v1/projects/${projectId}/runs`, {
      body: { prompt: "Hello", model: "enormous" },
    });
    expect(errors).toMatchObject([{ pointer: "/model" }]);
  });
});
