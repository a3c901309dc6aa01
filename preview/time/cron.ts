import { Cron } from "croner";

/** Names that Cloudflare accepts for months and weekdays, in addition to numbers. */
const NAMES = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT";
const FIELD = new RegExp(`^(?:\\*|(?:\\d{1,2}|${NAMES}|L|W|[-,/#*])+)$`, "i");
/** The maximum of each field, where a step such as `5/15` ends. */
const GREATEST = [59, 23, 31, 12, 7];

/**
 * Validates a cron expression by Cloudflare's rules: five fields in UTC; weekdays from 1 (Sunday) to 7 or by name; `L`,
 * `W` and `#`; no nicknames and no seconds.
 * @returns a message that describes the error, or null for a valid expression
 */
export function cronFault(expression: string): string | null {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5) return `"${expression}" has ${fields.length} fields instead of five.`;
  const strange = fields.find((field) => !FIELD.test(field));
  if (strange !== undefined) return `"${strange}" in "${expression}" is not valid.`;
  if (/[089]/.test((fields[4] ?? "").replace(/\/\d+/g, "")))
    return `"${expression}": the weekday must be 1 (Sunday) to 7 (Saturday).`;
  try {
    return compile(expression).nextRun() === null ? `"${expression}" never comes.` : null;
  } catch (failure) {
    return `"${expression}" is not valid: ${failure instanceof Error ? failure.message.replace(/^CronPattern: /, "") : String(failure)}`;
  }
}

/**
 * Returns the first time after a given time at which a valid expression is due, both in milliseconds since 1970; null
 * when there is none.
 */
export const nextRun = (expression: string, after: number): number | null =>
  compile(expression).nextRun(new Date(after))?.getTime() ?? null;

/** Rewrites `5/15`, which croner rejects, as `5-59/15`, which is how Cloudflare reads it. */
function compile(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  const pattern = fields.map((field, index) => field.replace(/(^|,)(\d+)\//g, `$1$2-${GREATEST[index]}/`)).join(" ");
  return new Cron(pattern, { timezone: "UTC", alternativeWeekdays: true, mode: "5-part" });
}
