import type { Context } from "hono";
import { claimRefusalAlert, claimSpendingAlert, type PlatformAlert } from "../../billing/index.ts";
import type { Config } from "../../config/index.ts";
import { dayOf } from "../../contract/index.ts";
import type { Database } from "../../database/index.ts";
import { log, type Reporter } from "../../monitoring/index.ts";
import type { AppEnv } from "../environment.ts";

type Alerting = Pick<Config, "logLevel" | "platformDailyMicroUsd">;

/**
 * Alerts the operators, without delaying the response, after a request was refused because the platform's budget is
 * spent.
 */
export function alertAfterRefusal(c: Context<AppEnv>): void {
  const [config, database, reporter] = [c.get("config"), c.get("database"), c.get("reporter")];
  const day = dayOf(Date.now());
  const alerting = claimRefusalAlert(database, day).then((alert) => report(config, reporter, day, alert));
  c.executionCtx.waitUntil(alerting.catch((error: unknown) => reporter.capture(error, { code: "platform_budget" })));
}

/** Alerts the operators once a day when 80 percent of the platform's budget is spent, and once at 100 percent. */
export async function alertOnSpending(config: Alerting, database: Database, reporter: Reporter): Promise<void> {
  const day = dayOf(Date.now());
  report(config, reporter, day, await claimSpendingAlert(database, day, config.platformDailyMicroUsd));
}

function report(config: Alerting, reporter: Reporter, day: string, alert: PlatformAlert | null): void {
  if (alert === null) return;
  const { percent, spentMicroUsd, reservedMicroUsd } = alert;
  const context = { day, percent, spentMicroUsd, reservedMicroUsd, limitMicroUsd: config.platformDailyMicroUsd };
  log(config.logLevel, "error", { event: "platform_budget", ...context });
  const sentence = percent < 100 ? `${percent} percent is spent` : "it is used up, and runs are refused";
  reporter.capture(new Error(`The platform's budget of ${day}: ${sentence}.`), { code: "platform_budget", ...context });
}
