import { AppError } from "../errors.ts";
import { type GitHost, parseGitHosts } from "./git-hosts.ts";
import { type ModelPrice, parseHeaders, parsePrice } from "./model-variables.ts";
import { isLoopback } from "./sites.ts";
import { faultsOf, type Variables } from "./variables.ts";
import { releaseOf } from "./version.ts";

export type { GitHost, GitHostKind } from "./git-hosts.ts";
export type { ModelPrice } from "./model-variables.ts";
export { version } from "./version.ts";

export type PlanName = "free" | "pro" | "enterprise";

type Tier = "fast" | "balanced" | "deep";

/** The Worker's configuration, parsed once per isolate. */
export type Config = {
  appUrl: string;
  appOrigin: string;
  /** Whether APP_URL is a loopback address, which some development features require. */
  isLocal: boolean;
  previewDomain: string;
  /** The domain of the names that owners choose for published apps; the preview domain unless configured. */
  publishedDomain: string;
  /** Cloudflare for SaaS, which serves custom domains; null turns them off. */
  customHostnames: { apiUrl: string; token: string; zoneId: string; target: string } | null;
  authSecret: string;
  /**
   * The secret before a rotation: it still verifies signatures and decrypts secrets, which are then encrypted with the
   * new one.
   */
  authSecretPrevious: string | null;
  database: { url: string; fetchEndpoint: string | null };
  model: {
    apiKey: string | null;
    baseUrl: string | null;
    /** Whether the model's server runs on this machine. */
    isLoopback: boolean;
    /** Additional headers of every request to the model. */
    headers: Record<string, string>;
    scripted: boolean;
    ids: Record<Tier, string>;
    /** The operator's prices by tier; null where not configured. */
    prices: Record<Tier, ModelPrice | null>;
  };
  redis: { url: string; token: string } | null;
  github: { clientId: string; clientSecret: string } | null;
  /** The mail service: Resend, or a compatible API at another URL. */
  mail: { url: string; key: string; from: string } | null;
  /** The hosts whose public repositories are imported by address; empty turns that off. */
  gitHosts: GitHost[];
  /** The signing secret of Stripe's events; null turns payments off. */
  stripeWebhookSecret: string | null;
  sentryDsn: string | null;
  /** The SQL API of Analytics Engine, for metrics; null where Postgres keeps them. */
  analytics: { url: string; token: string; dataset: string } | null;
  environment: string;
  /** The name of this version in reports of errors. */
  release: string;
  /** The maximum cost of a day (UTC) over all accounts, in micro-dollars. */
  platformDailyMicroUsd: number;
  /** The owners of the platform, by email address in lower case. */
  adminEmails: string[];
  /** Whether the owners of the platform need a second factor for the administration. */
  adminNeedsSecondFactor: boolean;
  defaultPlan: PlanName;
  /** Anything but `on` is honoured only where APP_URL is a loopback address. */
  rateLimits: "on" | "unlimited-runs" | "off";
  /** Whether requests are counted and traced; false only locally, to measure the cost. */
  isMonitored: boolean;
  allowLoopbackWebhooks: boolean;
  /** Whether generated apps may be granted hosts of this machine. */
  allowLoopbackEgress: boolean;
  /** The base URL of stand-ins for the providers that visitors of generated apps sign in with; null for the real ones. */
  signInStandIn: string | null;
  /** The service that views pages for agents in this machine's browser; null where Cloudflare's browsers are used. */
  pageViewer: { url: string; secret: string } | null;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  hasRedis: boolean;
  hasSentry: boolean;
  hasModel: boolean;
  hasGitHub: boolean;
};

/**
 * Parses the Worker's variables and bindings.
 * @throws AppError `misconfigured` with a list of all faults, and no values
 */
export function parseConfig(env: unknown): Config {
  const outcome = faultsOf(env);
  if ("faults" in outcome) {
    throw new AppError("misconfigured", `The Worker is misconfigured: ${outcome.faults.join("; ")}.`, {
      errors: outcome.faults.map((detail) => ({ pointer: `/${detail.split(" ")[0]}`, code: "misconfigured", detail })),
    });
  }
  return configFrom(outcome.parsed);
}

const configs = new WeakMap<object, Config>();

/** @returns the configuration of this isolate, parsed on first use and always the same object */
export function configOf(env: object): Config {
  const known = configs.get(env);
  if (known) return known;
  const config = parseConfig(env);
  configs.set(env, config);
  return config;
}

/** Returns the settings that only a local installation has. */
const localSettings = (v: Variables, isLocal: boolean) => ({
  rateLimits: (isLocal && v.RATE_LIMITS) || ("on" as const),
  isMonitored: !(isLocal && v.MONITORING === "off"),
  allowLoopbackWebhooks: isLocal && v.ALLOW_LOOPBACK_WEBHOOKS === "true",
  allowLoopbackEgress: isLocal && v.ALLOW_LOOPBACK_EGRESS === "true",
  signInStandIn: (isLocal && v.SIGN_IN_STAND_IN_URL) || null,
  pageViewer:
    isLocal && v.PAGE_VIEWER_URL && v.PAGE_VIEWER_SECRET
      ? { url: v.PAGE_VIEWER_URL, secret: v.PAGE_VIEWER_SECRET }
      : null,
});

function configFrom(v: Variables): Config {
  const app = new URL(v.APP_URL);
  const isLocal = isLoopback(app.hostname);
  return {
    appUrl: v.APP_URL.replace(/\/$/, ""),
    appOrigin: app.origin,
    isLocal,
    previewDomain: v.PREVIEW_DOMAIN,
    publishedDomain: publishedDomainFrom(v),
    customHostnames: customHostnamesFrom(v),
    authSecret: v.AUTH_SECRET,
    authSecretPrevious: v.AUTH_SECRET_PREVIOUS ?? null,
    database: { url: v.DATABASE_URL, fetchEndpoint: v.DATABASE_FETCH_ENDPOINT ?? null },
    model: modelFrom(v),
    redis:
      v.UPSTASH_REDIS_REST_URL && v.UPSTASH_REDIS_REST_TOKEN
        ? { url: v.UPSTASH_REDIS_REST_URL, token: v.UPSTASH_REDIS_REST_TOKEN }
        : null,
    github:
      v.GITHUB_CLIENT_ID && v.GITHUB_CLIENT_SECRET
        ? { clientId: v.GITHUB_CLIENT_ID, clientSecret: v.GITHUB_CLIENT_SECRET }
        : null,
    mail:
      v.MAIL_API_KEY && v.MAIL_FROM
        ? { url: v.MAIL_API_URL ?? "https://api.resend.com/emails", key: v.MAIL_API_KEY, from: v.MAIL_FROM }
        : null,
    gitHosts: parseGitHosts(v.IMPORT_HOSTS ?? "", isLocal) ?? [],
    stripeWebhookSecret: v.STRIPE_WEBHOOK_SECRET ?? null,
    sentryDsn: v.SENTRY_DSN ?? null,
    analytics: analyticsFrom(v),
    release: releaseOf(v.VERSION?.tag),
    environment: v.ENVIRONMENT ?? (isLocal ? "local" : "production"),
    platformDailyMicroUsd: v.PLATFORM_DAILY_MICRO_USD ?? 100_000_000,
    adminEmails: emailsIn(v.ADMIN_EMAILS ?? ""),
    adminNeedsSecondFactor: v.ADMIN_REQUIRE_TOTP === "true",
    defaultPlan: v.DEFAULT_PLAN ?? "free",
    ...localSettings(v, isLocal),
    logLevel: v.LOG_LEVEL ?? "info",
    hasRedis: Boolean(v.UPSTASH_REDIS_REST_URL),
    hasSentry: Boolean(v.SENTRY_DSN),
    hasModel: Boolean(v.ANTHROPIC_API_KEY ?? v.ANTHROPIC_BASE_URL),
    hasGitHub: Boolean(v.GITHUB_CLIENT_ID),
  };
}

const publishedDomainFrom = (v: Variables): string => v.PUBLISHED_DOMAIN ?? v.PREVIEW_DOMAIN;

function customHostnamesFrom(v: Variables): Config["customHostnames"] {
  if (!v.CUSTOM_HOSTNAMES_TOKEN || !v.CUSTOM_HOSTNAMES_ZONE || !v.CUSTOM_HOSTNAMES_TARGET) return null;
  return {
    apiUrl: v.CUSTOM_HOSTNAMES_API_URL ?? "https://api.cloudflare.com/client/v4",
    token: v.CUSTOM_HOSTNAMES_TOKEN,
    zoneId: v.CUSTOM_HOSTNAMES_ZONE,
    target: v.CUSTOM_HOSTNAMES_TARGET,
  };
}

function modelFrom(v: Variables): Config["model"] {
  const baseUrl = v.ANTHROPIC_BASE_URL ?? null;
  return {
    apiKey: v.ANTHROPIC_API_KEY ?? null,
    baseUrl,
    isLoopback: baseUrl !== null && isLoopback(new URL(baseUrl).hostname),
    headers: (v.ANTHROPIC_HEADERS === undefined ? null : parseHeaders(v.ANTHROPIC_HEADERS)) ?? {},
    scripted: v.MODEL_SCRIPTED === "true",
    ids: modelIds(v),
    prices: {
      fast: priceFrom(v.MODEL_FAST_PRICE),
      balanced: priceFrom(v.MODEL_BALANCED_PRICE),
      deep: priceFrom(v.MODEL_DEEP_PRICE),
    },
  };
}

function analyticsFrom(v: Variables): Config["analytics"] {
  if (!v.ANALYTICS_ACCOUNT_ID || !v.ANALYTICS_API_TOKEN) return null;
  const account = `https://api.cloudflare.com/client/v4/accounts/${v.ANALYTICS_ACCOUNT_ID}`;
  const dataset = v.ANALYTICS_DATASET ?? "edgesmith_metrics";
  return { url: `${account}/analytics_engine/sql`, token: v.ANALYTICS_API_TOKEN, dataset };
}

const emailsIn = (list: string): string[] =>
  list
    .split(",")
    .map((email) => email.trim().toLowerCase())
    .filter((email) => email !== "");

const priceFrom = (text: string | undefined): ModelPrice | null => (text === undefined ? null : parsePrice(text));

/** The scripted model has its own name, which is on no price list and identifies it. */
function modelIds(v: Variables): Config["model"]["ids"] {
  const scripted = v.MODEL_SCRIPTED === "true" ? "edgesmith-scripted" : undefined;
  return {
    fast: v.MODEL_FAST ?? scripted ?? "claude-haiku-5-5",
    balanced: v.MODEL_BALANCED ?? scripted ?? "claude-sonnet-5-5",
    deep: v.MODEL_DEEP ?? scripted ?? "claude-opus-5-5",
  };
}
