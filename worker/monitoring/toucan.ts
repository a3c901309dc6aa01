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
  /** Replaces `fetch` in tests. */
  fetcher?: typeof fetch;
};

/**
 * Members of a report that could contain a request's data. Toucan never receives the request; removing them is a second
 * safeguard.
 */
const neverSent = ["request", "user", "extra", "server_name"] as const;

const sanitized = (text: string | undefined): string => redactText(text ?? "").slice(0, 1_000);
const safe = <T extends string | number | boolean>(value: T) => (typeof value === "string" ? sanitized(value) : value);

/**
 * @returns a reporter to Sentry, or to any server that accepts its envelopes. It sends no headers, cookies, bodies,
 *   query strings or addresses: only the redacted error, its stack, and the context's names and ids as tags.
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
        for (const exception of event.exception?.values ?? []) exception.value = sanitized(exception.value);
        return event;
      },
    });
  // Created on first use, since most requests report nothing.
  let opened: Toucan | undefined;
  const toucan = () => {
    opened ??= open();
    return opened;
  };
  return {
    capture: (error, context = {}, fingerprint) => {
      toucan().withScope((scope) => {
        if (fingerprint !== undefined) scope.setFingerprint(fingerprint);
        for (const [name, value] of Object.entries(context)) if (value !== undefined) scope.setTag(name, safe(value));
        scope.captureException(error);
      });
    },
    breadcrumb: (message, data) => {
      const entries = Object.entries(data ?? {}).map(([name, value]) => [name, safe(value)]);
      toucan().addBreadcrumb({
        message: sanitized(message),
        data: Object.fromEntries(entries),
        timestamp: Date.now() / 1_000,
      });
    },
    flush: async (timeoutMs = 2_000) => {
      await Promise.race([Promise.allSettled(pending), new Promise((resolve) => setTimeout(resolve, timeoutMs))]);
    },
  };
}
