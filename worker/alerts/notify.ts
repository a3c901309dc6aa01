import { canMail, sendMail } from "../accounts/index.ts";
import type { Config } from "../config/index.ts";
import type { AlertEventData } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { log, type Reporter } from "../monitoring/index.ts";
import { leasePending, markNotified } from "./store.ts";

type Dependencies = { config: Config; database: Database; reporter: Reporter };

/**
 * Sends the pending notices of alerts that fired or were resolved: to Sentry, to the log, and by email to the owners of
 * the platform. When an evaluation is interrupted, the next one sends its notices.
 * @returns the number of notices sent
 */
export async function notifyOfAlerts({ config, database, reporter }: Dependencies): Promise<number> {
  const { rows } = await executeIdempotent(leasePending(database));
  for (const { id, kind, data } of rows) {
    log(config.logLevel, kind === "fired" ? "error" : "info", { event: `alert.${kind}`, ...data });
    if (kind === "fired") {
      const context = { code: "alert", alert: data.name, severity: data.severity, value: data.value ?? undefined };
      reporter.capture(new Error(sentenceOf(kind, data)), context, ["alert", data.name]);
    }
    if (canMail(config)) await Promise.all(config.adminEmails.map((to) => mailTo(config, to, kind, data)));
    await executeIdempotent(markNotified(database, id));
  }
  return rows.length;
}

const sentenceOf = (kind: "fired" | "resolved", { name, metric, value, threshold }: AlertEventData): string =>
  kind === "fired"
    ? `Alert ${name}: ${metric} is ${value}, more than ${threshold}.`
    : `Alert ${name} is resolved: ${metric} is ${value ?? "not measured"}.`;

const mailTo = (config: Config, to: string, kind: "fired" | "resolved", data: AlertEventData): Promise<void> =>
  sendMail(config, {
    to,
    subject: kind === "fired" ? `Edgesmith alert: ${data.name}` : `Edgesmith alert resolved: ${data.name}`,
    text: [
      sentenceOf(kind, data),
      ...(data.slowQueries ?? []).map(({ name, ms }) => `${name}: ${ms} ms`),
      `At ${data.at}. ${config.appUrl}/admin`,
    ].join("\n\n"),
  });
