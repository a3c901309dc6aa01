import { linkedErrorsIntegration, Toucan } from "toucan-js";
import { version } from "../config/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "./log.ts";
import { redactText } from "./redact.ts";
import type { Background, Reporter } from "./reporter.ts";

export type ToucanSettings = {
  dsn: string;
  environment: string;
  background: Background;
  /** Sends instead of `fetch`, in tests. */
  fetcher?: typeof fetch;
};

/** Members that carry what a request brought with it. The request itself is never given to Toucan; this is the second lock. */
const neverSent = ["request", "user", "extra", "server_name"] as const;

const shown = (text: string | undefined): string => redactText(text ?? "").slice(0, 1_000);
const safe = <T extends string | number | boolean>(value: T) => (typeof value === "string" ? shown(value) : value);

/**
 * Faults to Sentry, or to whatever takes its envelopes. No headers, cookies, bodies, query strings or addresses are sent:
 * only the error (redacted), its stack, and the names and ids of the context as tags.
 */
export function toucanReporter({ dsn, environment, background, fetcher }: ToucanSettings): Reporter {
  const pending = new Set<Promise<unknown>>();
  const waitUntil = (work: Promise<unknown>) => {
    const sent = work
      .catch((error: unknown) => log("warn", "warn", { event: "reporter.failed", cause: messageOf(error) }))
      .finally(() => pending.delete(sent));
    pending.add(sent);
    background.waitUntil(sent);
  };
  const open = () =>
    new Toucan({
      dsn,
      environment,
      release: `edgesmith@${version}`,
      context: { waitUntil },
      defaultIntegrations: false,
      integrations: [linkedErrorsIntegration({ limit: 3 })],
      maxBreadcrumbs: 30,
      ...(fetcher && { transportOptions: { fetcher } }),
      beforeSend: (event) => {
        for (const name of neverSent) delete event[name];
        for (const exception of event.exception?.values ?? []) exception.value = shown(exception.value);
        return event;
      },
    });
  // Most requests report nothing, so the client is made by the first that does.
  let opened: Toucan | undefined;
  const toucan = () => {
    opened ??= open();
    return opened;
  };
  return {
    capture: (error, context = {}) => {
      toucan().withScope((scope) => {
        for (const [name, value] of Object.entries(context)) if (value !== undefined) scope.setTag(name, safe(value));
        scope.captureException(error);
      });
    },
    breadcrumb: (message, data) => {
      const said = Object.entries(data ?? {}).map(([name, value]) => [name, safe(value)]);
      toucan().addBreadcrumb({
        message: shown(message),
        data: Object.fromEntries(said),
        timestamp: Date.now() / 1_000,
      });
    },
    flush: async (timeoutMs = 2_000) => {
      await Promise.race([Promise.allSettled(pending), new Promise((resolve) => setTimeout(resolve, timeoutMs))]);
    },
  };
}
