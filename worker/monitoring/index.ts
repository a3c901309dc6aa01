import type { Config } from "../config/index.ts";
import { type Background, type ReportContext, type Reporter, silentReporter } from "./reporter.ts";
import { workContext } from "./timings.ts";
import { toucanReporter } from "./toucan.ts";

export { type AnsweredRequest, type LogLevel, log, logRequest, templateOf } from "./log.ts";
export * from "./metrics/index.ts";
export { redact, redactedJson, redactText } from "./redact.ts";
export { type Background, type Reporter, silentReporter } from "./reporter.ts";
export { type Origin, type Span, SpanCollector, type TraceRecord } from "./spans.ts";
export { beginSpan, currentOrigin, setOwner, Timings, timed, withTimings, workContext } from "./timings.ts";
export { traceOf } from "./trace.ts";
export { continueWork, finishWork, keepTrace, logSpans } from "./work.ts";

/**
 * @returns the reporter of one request, alarm or queue batch: Sentry when SENTRY_DSN is set; otherwise a silent one, so
 *   that only the log line remains
 */
export function reporterOf(config: Config, background: Background): Reporter {
  if (config.sentryDsn === null) return silentReporter;
  const reporter = toucanReporter({
    dsn: config.sentryDsn,
    environment: config.environment,
    release: config.release,
    background,
  });
  return {
    ...reporter,
    capture: (error, context, fingerprint) =>
      reporter.capture(error, { ...workContext(), ...definedIn(context ?? {}) }, fingerprint),
  };
}

/** @returns the members with a value: an absent one must not hide that of the current work */
const definedIn = (context: ReportContext): ReportContext =>
  Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined));
