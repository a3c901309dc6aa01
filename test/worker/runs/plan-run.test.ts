import { describe, expect, it } from "vitest";
import { builtIn } from "../../../worker/agents/index.ts";
import { type Config, parseConfig } from "../../../worker/config/index.ts";
import type { RunInput } from "../../../worker/contract/index.ts";
import { planRun } from "../../../worker/runs/start/plan-run.ts";
import { database } from "../database/direct.ts";

const configOf = (variables: Record<string, string>): Config =>
  parseConfig({
    DATABASE_URL: "postgres://ada@db.example/edgesmith",
    AUTH_SECRET: "s3cret-of-more-than-thirty-two-characters",
    APP_URL: "https://edgesmith.example",
    PREVIEW_DOMAIN: "preview.example",
    SESSIONS: {},
    RATE_LIMITERS: {},
    DELIVERIES: {},
    PREVIEW: {},
    ...variables,
  });

function decided(variables: Record<string, string>, budget: RunInput["budget"], model?: RunInput["model"]) {
  const actor = { kind: "token", name: "CI", ownerId: "usr_1", plan: "pro", tokenId: "tok_1", scopes: [] } as const;
  const routing = { agent: "fullstack", confidence: 1, reason: "", method: "mention", candidates: [] } as const;
  return planRun(
    { config: configOf(variables), database, actor: { ...actor, scopes: [] } },
    {
      projectId: "prj_1",
      run: { prompt: "Make an app", ...(budget && { budget }), ...(model && { model }) },
      opId: "op_1",
      day: "2026-11-28",
      snapshot: { mark: "", name: "App", budget: null, agents: [] },
      registry: builtIn,
      routing: { ...routing, candidates: [] },
      taken: 0,
    },
  ).start;
}

const local = { ANTHROPIC_BASE_URL: "http://127.0.0.1:11434", MODEL_BALANCED: "qwen3-coder" };
const elsewhere = { ANTHROPIC_BASE_URL: "https://gateway.example", MODEL_BALANCED: "qwen3-coder" };

describe("the model of a run", () => {
  it("a run that names a tier uses the price of that model", () => {
    const prices = { ...local, MODEL_BALANCED_PRICE: "3/15", MODEL_DEEP: "qwen3-max", MODEL_DEEP_PRICE: "0" };
    expect(decided(prices, undefined)).not.toHaveProperty("model");
    expect(decided(prices, undefined, "deep")).toMatchObject({ model: "deep", reservedMicroUsd: 0 });
  });
});

describe("the budget of a run whose model has an unknown price", () => {
  it("a run with an unknown price reserves as if for its tier's most expensive model", () => {
    expect(decided(elsewhere, undefined).reservedMicroUsd).toBe(5_000_000);
    expect(decided(elsewhere, { microUsd: 1 }).budget).toMatchObject({ microUsd: 1 });
  });

  it("a run at a loopback address reserves nothing, and a budget in money is refused by name", () => {
    expect(decided(local, undefined)).toMatchObject({ reservedMicroUsd: 0, budget: {} });
    expect(decided(local, { tokens: 9_000 }).budget).toMatchObject({ tokens: 9_000 });
    expect(() => decided(local, { microUsd: 2_000 })).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        errors: [expect.objectContaining({ pointer: "/budget/microUsd", code: "price_unknown" })],
      }),
    );
  });

  it("a run's price is the one that the operator configures", () => {
    expect(decided({ ...local, MODEL_BALANCED_PRICE: "3/15" }, { microUsd: 2_000 }).reservedMicroUsd).toBe(2_000);
    expect(decided({ ...local, MODEL_BALANCED_PRICE: "0" }, { microUsd: 2_000 }).reservedMicroUsd).toBe(0);
  });

  it("a run with a Claude model is priced by any of its names, at a loopback address too", () => {
    const gateway = { ...local, MODEL_BALANCED: "us.anthropic.claude-sonnet-4-5-20250929-v1:0" };
    expect(decided(gateway, { microUsd: 2_000 }).reservedMicroUsd).toBe(2_000);
  });
});
