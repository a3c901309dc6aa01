import { describe, expect, it } from "vitest";
import { configOf, parseConfig } from "../../../worker/config/index.ts";
import { type AppError, isAppError } from "../../../worker/errors.ts";

const good = {
  DATABASE_URL: "postgres://ada:hunter2@db.example/edgesmith",
  AUTH_SECRET: "s3cret-of-more-than-thirty-two-characters",
  APP_URL: "https://edgesmith.example",
  PREVIEW_DOMAIN: "preview.example",
  SESSIONS: {},
  RATE_LIMITERS: {},
  DELIVERIES: {},
  PREVIEW: {},
};

function faultsOf(env: unknown): AppError {
  try {
    parseConfig(env);
  } catch (error) {
    if (isAppError(error, "misconfigured")) return error;
  }
  throw new Error("this is no faulty configuration");
}

const named = (error: AppError): string[] => (error.errors ?? []).map(({ pointer }) => pointer.slice(1)).sort();

describe("a configuration", () => {
  it("needs eight things and defaults the rest", () => {
    expect(parseConfig(good)).toMatchObject({
      appOrigin: "https://edgesmith.example",
      isLocal: false,
      defaultPlan: "free",
      rateLimits: true,
      environment: "production",
      logLevel: "info",
      hasModel: false,
      hasRedis: false,
      hasSentry: false,
      hasGitHub: false,
      redis: null,
      github: null,
      stripeWebhookSecret: null,
      database: { fetchEndpoint: null },
    });
  });

  it("that is empty is told all that is missing, at once", () => {
    expect(named(faultsOf({}))).toEqual(Object.keys(good).sort());
  });

  it("is told every fault at once, and never a value", () => {
    const bad = {
      ...good,
      DATABASE_URL: "mysql://ada:hunter2@db.example/edgesmith",
      AUTH_SECRET: "short-secret",
      APP_URL: "edgesmith",
      ANTHROPIC_BASE_URL: "not a url with sk-ant-123",
      DEFAULT_PLAN: "platinum",
      UPSTASH_REDIS_REST_TOKEN: "redis-token",
      GITHUB_CLIENT_ID: "client-id",
      PREVIEW: undefined,
    };
    const error = faultsOf(bad);
    expect(named(error)).toEqual([
      "ANTHROPIC_BASE_URL",
      "APP_URL",
      "AUTH_SECRET",
      "DATABASE_URL",
      "DEFAULT_PLAN",
      "GITHUB_CLIENT_SECRET",
      "PREVIEW",
      "UPSTASH_REDIS_REST_URL",
    ]);
    const said = JSON.stringify([error.detail, error.errors, error.members, error.message]);
    for (const value of ["hunter2", "short-secret", "sk-ant", "platinum", "redis-token", "client-id", "mysql"]) {
      expect(said).not.toContain(value);
    }
  });

  it.each([
    ["UPSTASH_REDIS_REST_URL", "https://redis.example", "UPSTASH_REDIS_REST_TOKEN"],
    ["UPSTASH_REDIS_REST_TOKEN", "token", "UPSTASH_REDIS_REST_URL"],
    ["GITHUB_CLIENT_ID", "id", "GITHUB_CLIENT_SECRET"],
    ["GITHUB_CLIENT_SECRET", "secret", "GITHUB_CLIENT_ID"],
  ])("with %s alone is faulty", (one, value, other) => {
    expect(named(faultsOf({ ...good, [one]: value }))).toEqual([other]);
  });

  it("with both of a pair has the flag", () => {
    const config = parseConfig({
      ...good,
      UPSTASH_REDIS_REST_URL: "https://redis.example",
      UPSTASH_REDIS_REST_TOKEN: "token",
      GITHUB_CLIENT_ID: "id",
      GITHUB_CLIENT_SECRET: "secret",
      SENTRY_DSN: "https://key@sentry.example/1",
      ANTHROPIC_API_KEY: "key",
    });
    expect(config).toMatchObject({ hasRedis: true, hasGitHub: true, hasSentry: true, hasModel: true });
  });

  it("takes a blank variable for an absent one", () => {
    const config = parseConfig({ ...good, ANTHROPIC_API_KEY: "", SENTRY_DSN: "", DEFAULT_PLAN: "", RATE_LIMITS: "" });
    expect(config).toMatchObject({ hasModel: false, hasSentry: false, defaultPlan: "free", rateLimits: true });
  });

  it("has a model with only a base URL: a server of one's own needs no key", () => {
    expect(parseConfig({ ...good, ANTHROPIC_BASE_URL: "http://127.0.0.1:11434" }).hasModel).toBe(true);
  });

  it.each([
    ["https://edgesmith.example", false],
    ["https://localhost.evil.example", false],
    ["http://10.0.0.1", false],
    ["http://localhost:8787", true],
    ["http://127.0.0.1:8787", true],
    ["http://[::1]:8787", true],
  ])("lets go of limits and lets loopback webhooks in at %s: %s", (APP_URL, isLocal) => {
    const config = parseConfig({ ...good, APP_URL, RATE_LIMITS: "off", ALLOW_LOOPBACK_WEBHOOKS: "true" });
    expect(config).toMatchObject({ isLocal, rateLimits: !isLocal, allowLoopbackWebhooks: isLocal });
  });

  it("is parsed once for one environment", () => {
    const env = { ...good };
    expect(configOf(env)).toBe(configOf(env));
  });
});

describe("where generated apps run", () => {
  it.each([
    ["https://edgesmith.example", "preview.edgesmith.example"],
    ["https://app.edgesmith.example", "edgesmith.example"],
    ["https://app.edgesmith.example", "apps.edgesmith.example"],
    ["https://edgesmith.example", "edgesmith.example"],
    ["https://app.edgesmith.co.uk", "previews.edgesmith.co.uk"],
    ["https://edgesmith.pages.dev", "previews.edgesmith.pages.dev"],
    ["https://edgesmith.pages.dev", "pages.dev"],
    ["https://edgesmith.example:8443", "preview.edgesmith.example:8443"],
    ["https://10.0.0.1", "10.0.0.1"],
  ])("is refused on the app's own site: %s with %s", (APP_URL, PREVIEW_DOMAIN) => {
    const error = faultsOf({ ...good, APP_URL, PREVIEW_DOMAIN });
    expect(named(error)).toEqual(["PREVIEW_DOMAIN"]);
    expect(error.message).toContain("a registrable domain of their own");
  });

  it.each([
    ["https://edgesmith.example", "edgesmith-apps.example"],
    ["https://edgesmith.co.uk", "edgesmith-apps.co.uk"],
    ["https://edgesmith.pages.dev", "edgesmith-apps.pages.dev"],
    ["https://notedgesmith.example", "edgesmith.example"],
    ["http://localhost:8787", "localhost:8788"],
    ["http://127.0.0.1:8787", "localhost:8788"],
  ])("is accepted on another site, and on loopback: %s with %s", (APP_URL, PREVIEW_DOMAIN) => {
    expect(parseConfig({ ...good, APP_URL, PREVIEW_DOMAIN })).toMatchObject({ previewDomain: PREVIEW_DOMAIN });
  });
});
