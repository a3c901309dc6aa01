import type { Config } from "../config/index.ts";
import { type Background, type Reporter, silentReporter } from "./reporter.ts";
import { toucanReporter } from "./toucan.ts";

export { type LogLevel, log, logRequest, templateOf } from "./log.ts";
export * from "./metrics/index.ts";
export { redact, redactText } from "./redact.ts";
export { type Background, type Reporter, silentReporter } from "./reporter.ts";
export { Timings, timed, traceHeaders, withTimings } from "./timings.ts";
export { traceOf } from "./trace.ts";

/**
 * @returns the reporter of one request, alarm or queue batch: Sentry when SENTRY_DSN is set; otherwise a silent one, so
 *   that only the log line remains
 */
export const reporterOf = (config: Config, background: Background): Reporter =>
  config.sentryDsn === null
    ? silentReporter
    : toucanReporter({ dsn: config.sentryDsn, environment: config.environment, background });
