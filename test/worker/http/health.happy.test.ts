import { describe, expect, it } from "vitest";
import { version } from "../../../worker/config/index.ts";
import type { Ready } from "../../../worker/contract/index.ts";
import { databaseRequestsOf } from "../database/direct.ts";
import { nobody } from "../stage/client.ts";

describe("GET /v1/health", () => {
  it("GET /v1/health returns 200 without a request to a dependency", async () => {
    const answer = await nobody.request("/v1/health");
    expect(await answer.json()).toEqual({ status: "ok", version });
    expect(databaseRequestsOf(answer)).toBe(0);
  });
});

describe("GET /v1/ready", () => {
  it("GET /v1/ready returns each dependency's state and latency, and that the model is scripted", async () => {
    const ready = await nobody.expect<Ready>(200, "/v1/ready");
    expect(ready.status).toBe("ready");
    expect(ready.dependencies.map(({ name, state, required }) => [name, state, required])).toEqual([
      ["database", "up", true],
      ["limits", "up", false],
      ["preview", "up", true],
    ]);
    for (const { latencyMs } of ready.dependencies) expect(latencyMs).toBeGreaterThanOrEqual(0);
    expect(ready.model).toMatchObject({ configured: false, scripted: true });
    expect(ready.model.notice).toContain("ANTHROPIC_API_KEY");
    expect(ready.signIn).toEqual({ github: false, passwordReset: true });
  });

  it("GET /v1/ready checks the dependencies at most once in five seconds", async () => {
    const answers = [];
    for (let n = 0; n < 20; n += 1) answers.push(await nobody.request("/v1/ready"));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.slice(1).map(databaseRequestsOf)).toEqual(answers.slice(1).map(() => 0));
  });
});
