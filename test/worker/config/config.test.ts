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
  it("A configuration requires eight variables and has defaults for the rest", () => {
    expect(parseConfig(good)).toMatchObject({
      appOrigin: "https://edgesmith.example",
      isLocal: false,
      defaultPlan: "free",
      rateLimits: "on",
      environment: "production",
      logLevel: "info",
      hasModel: false,
      hasRedis: false,
      hasSentry: false,
      hasGitHub: false,
      redis: null,
      github: null,
      stripeWebhookSecret: null,
      authSecretPrevious: null,
      database: { fetchEndpoint: null },
    });
  });

  it("A configuration may have a previous AUTH_SECRET, with the same minimum length", () => {
    const previous = "the-s3cret-before-of-thirty-two-characters";
    expect(parseConfig({ ...good, AUTH_SECRET_PREVIOUS: previous })).toMatchObject({ authSecretPrevious: previous });
    expect(named(faultsOf({ ...good, AUTH_SECRET_PREVIOUS: "short" }))).toEqual(["AUTH_SECRET_PREVIOUS"]);
  });

  it("An empty configuration is reported with all missing variables at once", () => {
    expect(named(faultsOf({}))).toEqual(Object.keys(good).sort());
  });

  it("A faulty configuration is reported with all faults at once, and without values", () => {
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
  ])("A configuration with %s alone is faulty", (one, value, other) => {
    expect(named(faultsOf({ ...good, [one]: value }))).toEqual([other]);
  });

  it("A configuration with both variables of a pair enables the feature", () => {
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

  it("A blank variable counts as absent", () => {
    const config = parseConfig({ ...good, ANTHROPIC_API_KEY: "", SENTRY_DSN: "", DEFAULT_PLAN: "", RATE_LIMITS: "" });
    expect(config).toMatchObject({ hasModel: false, hasSentry: false, defaultPlan: "free", rateLimits: "on" });
  });

  it("A configuration with only a base URL has a model, since a private server needs no key", () => {
    expect(parseConfig({ ...good, ANTHROPIC_BASE_URL: "http://127.0.0.1:11434" }).hasModel).toBe(true);
  });

  it.each([
    ["https://edgesmith.example", false],
    ["https://localhost.evil.example", false],
    ["http://10.0.0.1", false],
    ["http://localhost:8787", true],
    ["http://127.0.0.1:8787", true],
    ["http://[::1]:8787", true],
  ])(
    "RATE_LIMITS, ALLOW_LOOPBACK_WEBHOOKS, ALLOW_LOOPBACK_EGRESS, the page viewer and stand-ins for sign-in have an effect only on loopback: %s: %s",
    (APP_URL, isLocal) => {
      const flags = { RATE_LIMITS: "off", ALLOW_LOOPBACK_WEBHOOKS: "true", ALLOW_LOOPBACK_EGRESS: "true" };
      const viewer = { url: "http://127.0.0.1:9999", secret: "a-secret-of-thirty-two-characters-" };
      const config = parseConfig({
        ...good,
        APP_URL,
        ...flags,
        PAGE_VIEWER_URL: viewer.url,
        PAGE_VIEWER_SECRET: viewer.secret,
        SIGN_IN_STAND_IN_URL: "http://127.0.0.1:9998",
      });
      expect(config).toMatchObject({
        isLocal,
        rateLimits: isLocal ? "off" : "on",
        allowLoopbackWebhooks: isLocal,
        allowLoopbackEgress: isLocal,
        pageViewer: isLocal ? viewer : null,
        signInStandIn: isLocal ? "http://127.0.0.1:9998" : null,
      });
      const unlimited = parseConfig({ ...good, APP_URL, RATE_LIMITS: "unlimited-runs" });
      expect(unlimited.rateLimits).toBe(isLocal ? "unlimited-runs" : "on");
    },
  );

  it.each([
    ["3/15", { input: 3, output: 15, cacheRead: 3, cacheWrite: 3 }],
    ["3, 15", { input: 3, output: 15, cacheRead: 3, cacheWrite: 3 }],
    ["$0.25 / $1.25 / 0.03 / 0.3", { input: 0.25, output: 1.25, cacheRead: 0.03, cacheWrite: 0.3 }],
    ["0", { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }],
    ['{"input":2,"output":10}', { input: 2, output: 10, cacheRead: 2, cacheWrite: 2 }],
  ])("A tier's price is parsed in dollars per million tokens: %s", (MODEL_BALANCED_PRICE, price) => {
    expect(parseConfig({ ...good, MODEL_BALANCED_PRICE }).model.prices).toEqual({
      fast: null,
      balanced: price,
      deep: null,
    });
  });

  it.each(["free", "3/", "/15", "-1/2", "1/2/3/4/5", "1/x", '{"input":2}', "1e9", "NaN"])(
    "A malformed price is refused: %s",
    (MODEL_DEEP_PRICE) => {
      expect(named(faultsOf({ ...good, MODEL_DEEP_PRICE }))).toEqual(["MODEL_DEEP_PRICE"]);
    },
  );

  it("Additional headers for the model's server are a JSON object", () => {
    const ANTHROPIC_HEADERS = '{"X-Portkey-Provider":"bedrock","anthropic-beta":"a,b"}';
    expect(parseConfig({ ...good, ANTHROPIC_HEADERS }).model.headers).toEqual({
      "x-portkey-provider": "bedrock",
      "anthropic-beta": "a,b",
    });
  });

  it.each([
    "x-key: 1",
    "[]",
    '{"a b":"c"}',
    '{"a":1}',
    '{"a":"b\\r\\nc"}',
    '{"Host":"evil.example"}',
    '{"content-length":"1"}',
  ])("A header that cannot be sent is refused without its value: %s", (ANTHROPIC_HEADERS) => {
    const error = faultsOf({ ...good, ANTHROPIC_HEADERS });
    expect(named(error)).toEqual(["ANTHROPIC_HEADERS"]);
    expect(error.detail).not.toContain("evil");
  });

  it("Credentials in the URL of the model's server are refused", () => {
    const error = faultsOf({ ...good, ANTHROPIC_BASE_URL: "https://ada:hunter2@gateway.example" });
    expect(named(error)).toEqual(["ANTHROPIC_BASE_URL"]);
    expect(error.detail).not.toContain("hunter2");
  });

  it.each([
    ["http://127.0.0.1:11434/v1", true],
    ["http://localhost:4000", true],
    ["http://[::1]:4000", true],
    ["http://192.168.1.5:11434", false],
    ["https://openrouter.ai/api", false],
    [undefined, false],
  ])("A configuration detects a model's server on this machine: %s %s", (ANTHROPIC_BASE_URL, isLoopback) => {
    expect(parseConfig({ ...good, ANTHROPIC_BASE_URL }).model.isLoopback).toBe(isLoopback);
  });

  it("A configuration is parsed once per environment", () => {
    const env = { ...good };
    expect(configOf(env)).toBe(configOf(env));
  });
});

describe("the preview domain", () => {
  it.each([
    ["https://edgesmith.example", "preview.edgesmith.example"],
    ["https://app.edgesmith.example", "edgesmith.example"],
    ["https://app.edgesmith.example", "apps.edgesmith.example"],
    ["https://edgesmith.example", "edgesmith.example"],
    ["https://app.edgesmith.co.uk", "previews.edgesmith.co.uk"],
    ["https://edgesmith.pages.dev", "previews.edgesmith.pages.dev"],
    ["https://edgesmith.pages.dev", "pages.dev"],
    ["https://edgesmith.pages.dev:8443", "pages.dev:8443"],
    ["https://pages.dev", "edgesmith.pages.dev"],
    ["https://edgesmith.example:8443", "preview.edgesmith.example:8443"],
    ["https://10.0.0.1", "10.0.0.1"],
  ])("A preview domain on the app's own site is refused: %s with %s", (APP_URL, PREVIEW_DOMAIN) => {
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
  ])("A preview domain on another site, or on loopback, is accepted: %s with %s", (APP_URL, PREVIEW_DOMAIN) => {
    expect(parseConfig({ ...good, APP_URL, PREVIEW_DOMAIN })).toMatchObject({ previewDomain: PREVIEW_DOMAIN });
  });
});
