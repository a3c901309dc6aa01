import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../accounts/index.ts";
import { addUsage, dayOf, maxReportDays, noUsage, type SpendQuery, type SpendReport } from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";

const dayMs = 86_400_000;
const defaultDays = 30;
const maxGroups = 100;

const spendRow = z.object({
  key: z.string(),
  name: z.string().nullable(),
  inputTokens: z.coerce.number(),
  outputTokens: z.coerce.number(),
  cacheReadTokens: z.coerce.number(),
  cacheWriteTokens: z.coerce.number(),
  microUsd: z.coerce.number(),
});

const keys = {
  day: sql`usage.day::text`,
  account: sql`usage.owner_id`,
  agent: sql`usage.agent`,
  model: sql`usage.model`,
};

type Report = { from: string; to: string; groupBy: SpendQuery["groupBy"] };

const selectSpend = (db: Database, { from, to, groupBy }: Report) =>
  db.execute(sql`
    SELECT ${keys[groupBy]} AS key, ${groupBy === "account" ? sql`max("user".email)` : sql`NULL`} AS name,
      sum(input_tokens) AS "inputTokens", sum(output_tokens) AS "outputTokens", sum(cache_read_tokens) AS "cacheReadTokens",
      sum(cache_write_tokens) AS "cacheWriteTokens", sum(micro_usd) AS "microUsd"
    FROM usage LEFT JOIN "user" ON "user".id = usage.owner_id
    WHERE usage.day >= ${from}::date AND usage.day <= ${to}::date GROUP BY 1
    ORDER BY ${groupBy === "day" ? sql`1` : sql`"microUsd" DESC, 1`}`);

/**
 * Returns the usage of all accounts by day, account, agent or model. The total covers all groups, `data` the first 100 (by
 * day: all).
 * @throws AppError `invalid_request` for a period that is empty or too long
 */
export async function getSpend({ database }: Context, query: SpendQuery): Promise<SpendReport> {
  const to = query.to ?? dayOf(Date.now());
  const from = query.from ?? dayOf(Date.parse(to) - (defaultDays - 1) * dayMs);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (days < 1 || days > maxReportDays)
    throw new AppError("invalid_request", `A report covers 1 to ${maxReportDays} days.`, {
      errors: [{ pointer: "?from", code: "invalid_value", detail: `must be at most ${maxReportDays} days before to` }],
    });
  const report = { from, to, groupBy: query.groupBy };
  const rows = z.array(spendRow).parse((await executeIdempotent(selectSpend(database, report))).rows);
  const total = rows.reduce(addUsage, noUsage);
  return { ...report, data: query.groupBy === "day" ? rows : rows.slice(0, maxGroups), total };
}
