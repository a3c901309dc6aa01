/** Environment variables that the API Worker receives unchanged when set. */
const PASSED = [
  "AUTH_SECRET",
  "AUTH_SECRET_PREVIOUS",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_BASE_URL",
  "MODEL_FAST",
  "MODEL_BALANCED",
  "MODEL_DEEP",
  "MODEL_FAST_PRICE",
  "MODEL_BALANCED_PRICE",
  "MODEL_DEEP_PRICE",
  "ANTHROPIC_HEADERS",
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "SENTRY_DSN",
  "GITHUB_CLIENT_ID",
  "GITHUB_CLIENT_SECRET",
  "MAIL_API_KEY",
  "MAIL_FROM",
  "MAIL_API_URL",
  "STRIPE_WEBHOOK_SECRET",
  "IMPORT_HOSTS",
  "DEFAULT_PLAN",
  "RATE_LIMITS",
  "ADMIN_EMAILS",
  "ADMIN_REQUIRE_TOTP",
  "ALLOW_LOOPBACK_WEBHOOKS",
  "ALLOW_LOOPBACK_EGRESS",
  "SIGN_IN_STAND_IN_URL",
  "LOG_LEVEL",
] as const;

export type Variables = Record<string, string>;

/** Returns the environment variables meant for the API Worker. */
export function passedVariables(environment: NodeJS.ProcessEnv): Variables {
  return Object.fromEntries(PASSED.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

/** Whether the variables configure a real model, so that the scripted one is not started. */
export const namesModel = (variables: Variables) =>
  Boolean(variables.ANTHROPIC_API_KEY || variables.ANTHROPIC_BASE_URL);

/**
 * Returns defaults of `npm start` for variables that are not set, and a sentence for the terminal about each. On a
 * developer's machine the free plan's limits would only get in the way. A given DEFAULT_PLAN keeps all limits of that
 * plan.
 */
export function localDefaults(given: Variables): { variables: Variables; notices: string[] } {
  if (given.DEFAULT_PLAN !== undefined) return { variables: {}, notices: [] };
  const plan = { DEFAULT_PLAN: "enterprise" };
  const planNotice = "New accounts get the enterprise plan. Set DEFAULT_PLAN to free or pro for another plan.";
  if (given.RATE_LIMITS !== undefined) return { variables: plan, notices: [planNotice] };
  return {
    variables: { ...plan, RATE_LIMITS: "unlimited-runs" },
    notices: [planNotice, "Runs are not limited per minute. Set RATE_LIMITS=on for the plan's limit."],
  };
}
