import { linkedErrorsIntegration, Toucan } from "toucan-js";
import { messageOf } from "../errors.ts";
import { log } from "./log.ts";
import { redactText } from "./redact.ts";
import type { Background, Reporter } from "./reporter.ts";

export type ToucanSettings = {
  dsn: string;
  environment: string;
  release: string;
  background: Background;
  /** Replaces `fetch` in tests. */
  fetcher?: typeof fetch;
};

/**
 * Members of a report that could contain a request's data. Toucan never receives the request; removing them is a second
 * safeguard.
 */
const neverSent = ["request", "user", "extra", "server_name"] as const;

/** Carries the trace to `beforeSend`, where Toucan has set its own. */
const traceKey = "edgesmith.trace";

function traceIn(value: unknown): { trace_id: string; span_id: string } | null {
  const { trace_id, span_id }: { trace_id?: unknown; span_id?: unknown } = Object(value);
  return typeof trace_id === "string" && typeof span_id === "string" ? { trace_id, span_id } : null;
}

const sanitized = (text: string | undefined): string => redactText(text ?? "").slice(0, 1_000);
const safe = <T extends string | number | boolean>(value: T) => (typeof value === "string" ? sanitized(value) : value);

/**
 * @returns a reporter to Sentry, or to any server that accepts its envelopes. It sends no headers, cookies, bodies,
 *   query strings or addresses: only the redacted error, its stack, the context's names and ids as tags, and the
 *   account's id as the user.
 */
export function toucanReporter({ dsn, environment, release, background, fetcher }: ToucanSettings): Reporter {
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
      release,
      context: { waitUntil },
      defaultIntegrations: false,
      integrations: [linkedErrorsIntegration({ limit: 3 })],
      maxBreadcrumbs: 30,
      ...(fetcher && { transportOptions: { fetcher } }),
      beforeSend: (event) => {
        const trace = traceIn(event.extra?.[traceKey]);
        for (const name of neverSent) delete event[name];
        const { ownerId } = event.tags ?? {};
        if (typeof ownerId === "string") event.user = { id: ownerId };
        // Toucan would send a trace of its own, unrelated to the request's.
        event.contexts = trace === null ? {} : { trace };
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
        const { spanId, ...tags } = context;
        for (const [name, value] of Object.entries(tags)) if (value !== undefined) scope.setTag(name, safe(value));
        if (context.route !== undefined) scope.setTransactionName(sanitized(context.route));
        scope.setExtra(traceKey, { trace_id: context.traceId, span_id: spanId });
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
    checkIn: ({ slug: monitorSlug, crontab: value, marginMinutes, maxRuntimeMinutes }) => {
      const from = Date.now();
      const config = {
        schedule: { type: "crontab", value } as const,
        checkinMargin: marginMinutes,
        maxRuntime: maxRuntimeMinutes,
        timezone: "UTC",
      };
      const checkInId = toucan().captureCheckIn({ monitorSlug, status: "in_progress" }, config);
      return (ok) => {
        const duration = (Date.now() - from) / 1_000;
        toucan().captureCheckIn({ monitorSlug, checkInId, status: ok ? "ok" : "error", duration }, config);
      };
    },
    flush: async (timeoutMs = 2_000) => {
      await Promise.race([Promise.allSettled(pending), new Promise((resolve) => setTimeout(resolve, timeoutMs))]);
    },
  };
}
