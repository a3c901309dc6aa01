import { z } from "zod";
import { parseGitHosts } from "./git-hosts.ts";
import { parseHeaders, parsePrice } from "./model-variables.ts";
import { isLoopback, shareSite } from "./sites.ts";

const blankIsAbsent = (value: unknown) => (value === "" ? undefined : value);
const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(blankIsAbsent, schema.optional());

const address = z.url({ protocol: /^https?$/ });
/** `fetch` refuses a URL with a user name or password; ANTHROPIC_HEADERS can carry a gateway's credentials. */
const modelAddress = address.refine((text) => !URL.canParse(text) || new URL(text).username === "");
const price = z.string().refine((text) => parsePrice(text) !== null);
const flag = optional(z.enum(["true", "false"]));
/**
 * A Durable Object namespace, a queue or a service: an object with methods, whose kind cannot be determined at run
 * time.
 */
const binding = z.custom<object>((value) => typeof value === "object" && value !== null, "the binding is missing");

/** Every variable and binding of the API Worker; docs/deploy.md explains each. */
const variables = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** The driver's endpoint when the database is not Neon's (local development, tests). */
  DATABASE_FETCH_ENDPOINT: optional(address),
  AUTH_SECRET: z.string().min(32),
  /** The previous secret, until nothing signed or encrypted with it is in use. */
  AUTH_SECRET_PREVIOUS: optional(z.string().min(32)),
  APP_URL: address,
  PREVIEW_DOMAIN: z.string().regex(/^[a-z0-9.-]+(:\d+)?$/),
  PUBLISHED_DOMAIN: optional(z.string().regex(/^[a-z0-9.-]+(:\d+)?$/)),

  /** Cloudflare for SaaS: a token with the permission "SSL and Certificates: Edit", the zone and its fallback origin. */
  CUSTOM_HOSTNAMES_TOKEN: optional(z.string().min(1)),
  CUSTOM_HOSTNAMES_ZONE: optional(z.string().regex(/^[0-9a-f]{32}$/)),
  CUSTOM_HOSTNAMES_TARGET: optional(z.string().regex(/^[a-z0-9.-]+$/)),
  CUSTOM_HOSTNAMES_API_URL: optional(address),

  ANTHROPIC_API_KEY: optional(z.string().min(1)),
  ANTHROPIC_BASE_URL: optional(modelAddress),
  /** Additional headers for the model's server, as a JSON object; some gateways require their own. */
  ANTHROPIC_HEADERS: optional(z.string().refine((text) => parseHeaders(text) !== null)),
  /** Set by the local supervisor when the scripted model is used. */
  MODEL_SCRIPTED: flag,
  MODEL_FAST: optional(z.string()),
  MODEL_BALANCED: optional(z.string()),
  MODEL_DEEP: optional(z.string()),
  /** Dollars per million tokens, `input/output`; see `parsePrice`. */
  MODEL_FAST_PRICE: optional(price),
  MODEL_BALANCED_PRICE: optional(price),
  MODEL_DEEP_PRICE: optional(price),

  UPSTASH_REDIS_REST_URL: optional(address),
  UPSTASH_REDIS_REST_TOKEN: optional(z.string().min(1)),
  SENTRY_DSN: optional(address),
  GITHUB_CLIENT_ID: optional(z.string().min(1)),
  GITHUB_CLIENT_SECRET: optional(z.string().min(1)),
  STRIPE_WEBHOOK_SECRET: optional(z.string().min(1)),

  /** Hosts whose public repositories are imported by address, separated by commas; see `parseGitHosts`. */
  IMPORT_HOSTS: optional(z.string()),

  MAIL_API_KEY: optional(z.string().min(1)),
  MAIL_FROM: optional(z.string().min(3)),
  MAIL_API_URL: optional(address),

  /** Where metrics are read from when the binding METRICS (Analytics Engine) exists. */
  ANALYTICS_ACCOUNT_ID: optional(z.string().regex(/^[0-9a-f]{32}$/)),
  ANALYTICS_API_TOKEN: optional(z.string().min(1)),
  ANALYTICS_DATASET: optional(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)),

  PLATFORM_DAILY_MICRO_USD: optional(z.coerce.number().int().min(0)),
  /** The owners of the platform, by email address, separated by commas. */
  ADMIN_EMAILS: optional(z.string()),
  /** Whether the owners of the platform need a second factor for the administration. */
  ADMIN_REQUIRE_TOTP: flag,
  DEFAULT_PLAN: optional(z.enum(["free", "pro", "enterprise"])),
  RATE_LIMITS: optional(z.enum(["on", "unlimited-runs", "off"])),
  /** `off` counts and traces nothing, to measure the cost; only where APP_URL is a loopback address. */
  MONITORING: optional(z.enum(["on", "off"])),
  ALLOW_LOOPBACK_WEBHOOKS: flag,
  ALLOW_LOOPBACK_EGRESS: flag,
  /** The base URL of stand-ins for GitHub and Google, for sign-in to generated apps; only where APP_URL is a loopback address. */
  SIGN_IN_STAND_IN_URL: optional(address),
  /** The service with this machine's browser, set by the local supervisor. */
  PAGE_VIEWER_URL: optional(address),
  PAGE_VIEWER_SECRET: optional(z.string().min(32)),
  ENVIRONMENT: optional(z.string().min(1)),
  LOG_LEVEL: optional(z.enum(["debug", "info", "warn", "error", "silent"])),

  /** The platform's description of this version. */
  VERSION: z.object({ tag: z.string().optional() }).optional(),

  SESSIONS: binding,
  RATE_LIMITERS: binding,
  DELIVERIES: binding,
  PREVIEW: binding,
});

export type Variables = z.infer<typeof variables>;

/** Variables that must be set together. */
const pairs = [
  ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
  ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
  ["MAIL_API_KEY", "MAIL_FROM"],
  ["CUSTOM_HOSTNAMES_TOKEN", "CUSTOM_HOSTNAMES_ZONE"],
  ["CUSTOM_HOSTNAMES_ZONE", "CUSTOM_HOSTNAMES_TARGET"],
  ["ANALYTICS_ACCOUNT_ID", "ANALYTICS_API_TOKEN"],
  ["PAGE_VIEWER_URL", "PAGE_VIEWER_SECRET"],
] as const;

/**
 * Validates the environment.
 * @returns the parsed variables, or a sentence per fault, which names the variable and never its value
 */
export function faultsOf(env: unknown): { parsed: Variables } | { faults: string[] } {
  const result = variables.safeParse(env);
  const isSet = (name: string) => typeof env === "object" && env !== null && Boolean(Reflect.get(env, name) as unknown);
  const faults = result.success ? [] : result.error.issues.map((issue) => sentenceFor(issue, isSet));
  for (const [first, second] of pairs) {
    if (isSet(first) && !isSet(second)) faults.push(`${second} is missing: ${first} is set, and one needs the other`);
    if (isSet(second) && !isSet(first)) faults.push(`${first} is missing: ${second} is set, and one needs the other`);
  }
  for (const name of ["PREVIEW_DOMAIN", "PUBLISHED_DOMAIN"] as const) {
    if (result.success && isOneSite(result.data.APP_URL, result.data[name])) {
      faults.push(`${name} is on the same site as APP_URL: generated apps need a registrable domain of their own`);
    }
  }
  if (result.success && !hasValidGitHosts(result.data)) faults.push("IMPORT_HOSTS is malformed");
  return result.success && faults.length === 0 ? { parsed: result.data } : { faults };
}

function isOneSite(appUrl: string, domain: string | undefined): boolean {
  const { hostname } = new URL(appUrl);
  return domain !== undefined && !isLoopback(hostname) && shareSite(hostname, domain.replace(/:\d+$/, ""));
}

const hasValidGitHosts = ({ IMPORT_HOSTS: hosts = "", APP_URL }: Variables): boolean =>
  parseGitHosts(hosts, isLoopback(new URL(APP_URL).hostname)) !== null;

function sentenceFor(issue: z.core.$ZodIssue, isSet: (name: string) => boolean): string {
  const name = String(issue.path[0] ?? "?");
  if (!isSet(name)) return `${name} is missing`;
  if (issue.code === "too_small") return `${name} is too short: at least ${issue.minimum} characters`;
  if (issue.code === "invalid_value") return `${name} must be one of ${issue.values.join(", ")}`;
  return `${name} is malformed`;
}
