import { dayOf, maxReportDays, type UsageGroup, type UsageReport } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { Context } from "./context.ts";
import { selectUsage } from "./store.ts";

const dayMs = 86_400_000;
const usualDays = 30;
const maxGroups = 1_000;

type UsageQuery = { from?: string | undefined; to?: string | undefined; groupBy: UsageGroup };

/**
 * Reports the usage of an account's runs that ended on these days (UTC, inclusive), grouped by day in order, or by
 * project, agent or model, the most expensive first. The total covers all groups, including those beyond the limit.
 * @throws AppError `invalid_request` when `from` is after `to`, or more than a year before it
 */
export async function getUsage({ database, actor }: Context, query: UsageQuery): Promise<UsageReport> {
  const { groupBy } = query;
  const to = query.to ?? dayOf(Date.now());
  const from = query.from ?? dayOf(Date.parse(to) - (usualDays - 1) * dayMs);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (days < 1) throw invalid("from is after to.");
  if (days > maxReportDays) throw invalid(`A report can cover at most ${maxReportDays} days.`);
  const rows = await executeIdempotent(
    selectUsage(database, { ownerId: actor.ownerId, from, to, groupBy }, maxGroups + 1),
  );
  const data = rows.slice(0, maxGroups).map(({ key, name, sum }) => ({ key, name, ...sum }));
  return { from, to, groupBy, data, total: rows[0]?.total ?? noUsage, truncated: rows.length > maxGroups };
}

const noUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };

const invalid = (detail: string): AppError =>
  new AppError("invalid_request", detail, { errors: [{ pointer: "?from", code: "invalid_range", detail }] });
