import { reencryptSecondFactors } from "../../accounts/index.ts";
import { reencryptAppSecrets } from "../../app-environment/index.ts";
import { configOf } from "../../config/index.ts";
import { connect, executeIdempotent } from "../../database/index.ts";
import { causesOf } from "../../errors.ts";
import {
  type Background,
  continueWork,
  finishWork,
  log,
  reporterOf,
  withTimings,
  workContext,
} from "../../monitoring/index.ts";
import {
  sweepDomains,
  sweepPreviewAccess,
  sweepPublications,
  sweepPublishedNames,
  sweepStaging,
} from "../../preview/index.ts";
import { sweepContents } from "../../projects/index.ts";
import { closeExpiredCallers, forgetSession, sweepReservations, sweepRuns } from "../../runs/index.ts";
import { forgetOldCircuits, reencryptSecrets, sweepDeliveries } from "../../webhooks/index.ts";
import type { Env } from "../environment.ts";
import { sweepClosedAccounts } from "./close-accounts.ts";
import { monitor } from "./monitor.ts";
import { alertOnSpending } from "./platform-alert.ts";
import { startQueuedRuns } from "./start-queued-runs.ts";
import { sweepRetention } from "./sweep-retention.ts";

/**
 * Runs the jobs of the minute's cron: recovers lost wake-ups and deletes rows past their retention. Logs and reports a
 * job that fails and continues with the other jobs.
 * @param now when the cron was due, in Unix milliseconds
 * @throws AggregateError with all failures, so that the platform counts the invocation as failed
 */
export async function runCron(env: Env, background: Background, now: number): Promise<void> {
  const config = configOf(env);
  const work = continueWork("cron");
  const from = performance.now();
  const reporter = reporterOf(config, background);
  const end = reporter.checkIn(minutely);
  const failures = await withTimings(work, () => runJobs(env, background, now));
  const ms = performance.now() - from;
  finishWork(work, config.logLevel, { kind: "cron", name: "minute", at: now, ms, ok: failures.length === 0 });
  end(failures.length === 0);
  if (failures.length > 0) throw new AggregateError(failures, "The sweep failed in part.");
}

/** Sentry reports the cron as missed when a minute's check-in does not arrive. */
const minutely = { slug: "edgesmith-minute", crontab: "* * * * *", marginMinutes: 3, maxRuntimeMinutes: 10 };

/** @returns the errors of the jobs that failed */
async function runJobs(env: Env, background: Background, now: number): Promise<unknown[]> {
  const config = configOf(env);
  const database = connect(config.database);
  const jobs = {
    deliveries: sweepDeliveries(env),
    runs: sweepRuns(env, config, now),
    reservations: sweepReservations(env, database),
    platformBudget: alertOnSpending(config, database, reporterOf(config, background)),
    monitor: monitor(env, { config, database, reporter: reporterOf(config, background) }, now),
    retention: sweepRetention(database),
    queuedDeliveries: startQueuedRuns(env, config, database),
    secrets: reencryptSecrets({ config, database }),
    appSecrets: reencryptAppSecrets({ config, database }),
    secondFactors: reencryptSecondFactors({ config, database }),
    circuits: executeIdempotent(forgetOldCircuits(database)),
    contents: sweepContents(database),
    expiredCallers: closeExpiredCallers(database, env),
    previewAccess: sweepPreviewAccess(database),
    publishedNames: sweepPublishedNames(database),
    domains: sweepDomains({ config, database }),
    closedAccounts: sweepClosedAccounts(env, { config, database }),
    staging: sweepStaging({ config, database }, env.PREVIEW),
    publications: sweepPublications({ config, database }, env.PREVIEW, (projectId) => forgetSession(env, projectId)),
  };
  const outcomes = await Promise.allSettled(Object.values(jobs));
  const failures = Object.keys(jobs).flatMap((job, place) => {
    const outcome = outcomes[place];
    return outcome?.status === "rejected" ? [{ job, error: outcome.reason }] : [];
  });
  for (const { job, error } of failures) {
    log(config.logLevel, "error", { event: "sweep", job, ...workContext(), error: causesOf(error) });
    reporterOf(config, background).capture(error, { job });
  }
  return failures.map(({ error }) => error);
}
