import { type Alert, type AlertEvent, type AlertInput, alertEventData, type Page } from "../contract/index.ts";
import { type Database, executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { maxRules } from "./evaluate-alerts.ts";
import { toAlert } from "./rule-row.ts";
import { deleteRule, selectEvents, selectRule, selectRules, upsertRule } from "./store.ts";

const notFound = () => new AppError("not_found", "Alert not found.");

/** Lists the alert rules with their state, by name. */
export async function listAlerts(database: Database, page: PageRequest): Promise<Page<Alert>> {
  const rows = await executeIdempotent(selectRules(database, page.after, page.limit + 1));
  return pageFrom(rows.map(toAlert), page, ({ name }) => name);
}

/**
 * Returns one alert rule.
 * @throws AppError `not_found`
 */
export async function getAlert(database: Database, name: string): Promise<Alert> {
  const [row] = await executeIdempotent(selectRule(database, name));
  if (!row) throw notFound();
  return toAlert(row);
}

/**
 * Creates an alert rule, or replaces one and keeps its state until the next evaluation.
 * @throws AppError `invalid_request` when the names in the body and the path differ; `limit_reached`
 */
export async function putAlert(database: Database, name: string, input: AlertInput): Promise<Alert> {
  if (input.name !== undefined && input.name !== name)
    throw new AppError("invalid_request", "The name in the body differs from the name in the path.", {
      errors: [{ pointer: "/name", code: "invalid_value", detail: `must be ${name}` }],
    });
  const { metric, aggregation, windowSeconds, threshold, forSeconds, cooldownSeconds, severity } = input;
  const known = await executeIdempotent(selectRules(database, null, maxRules));
  const before = known.find((row) => row.name === name);
  if (!before && known.length >= maxRules)
    throw new AppError("limit_reached", `You can have at most ${maxRules} alert rules.`, {
      members: { limit: maxRules },
    });
  const minSamples = input.minSamples ?? before?.minSamples ?? 0;
  const rule = { metric, aggregation, windowSeconds, threshold, forSeconds, cooldownSeconds, severity, minSamples };
  const [row] = await executeIdempotent(upsertRule(database, { name, ...rule }));
  if (!row) throw notFound();
  return toAlert(row);
}

/**
 * Deletes an alert rule; a default one stays deleted.
 * @throws AppError `not_found`
 */
export async function deleteAlert(database: Database, name: string): Promise<void> {
  if ((await executeIdempotent(deleteRule(database, name))).length === 0) throw notFound();
}

/** Lists the events of alerts, which fired or were resolved, newest first. */
export async function listAlertEvents(database: Database, page: PageRequest): Promise<Page<AlertEvent>> {
  const rows = await executeIdempotent(selectEvents(database, page.after, page.limit + 1));
  const events = rows.map(({ id, name, kind, at, data }) => ({
    ...{ id, name, kind, at: at.toISOString() },
    data: alertEventData.parse(data),
  }));
  return pageFrom(events, page, ({ id }) => id);
}
