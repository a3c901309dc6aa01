const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Formats a past time: "3 minutes ago", "yesterday", and the date after a week. */
export function timeAgo(at: string, now = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1000;
  if (seconds < -7 * 86_400) return new Date(at).toLocaleDateString(undefined, { dateStyle: "medium" });
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return "just now";
}

/** Formats the time until something ends: "for 2 more hours", and the date beyond a day. */
export function timeUntil(at: string, now = Date.now()): string {
  const minutes = Math.ceil((Date.parse(at) - now) / 60_000);
  if (minutes <= 0) return "ended";
  if (minutes > 24 * 60) return `until ${new Date(at).toLocaleDateString(undefined, { dateStyle: "medium" })}`;
  return `for ${minutes > 90 ? plural(Math.round(minutes / 60), "more hour") : plural(minutes, "more minute")}`;
}

/** Formats micro-dollars in dollars, with four decimals below one cent. */
export function dollars(microUsd: number): string {
  const amount = microUsd / 1_000_000;
  if (amount === 0) return "$0";
  return amount < 0.01 ? `$${amount.toFixed(4)}` : `$${amount.toFixed(2)}`;
}

const compactNumber = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** Formats a number in short form: "950", "29K". */
export const compact = (value: number): string => compactNumber.format(value);

export const count = (value: number): string => value.toLocaleString("en");

/** Formats a size in B, KB or MB. */
export function bytes(value: number): string {
  if (value >= 1024 * 1024) return `${(value / 1024 / 1024).toFixed(1)} MB`;
  return value < 1024 ? `${value} B` : `${(value / 1024).toFixed(value < 10_240 ? 1 : 0)} KB`;
}

/** Formats a count with its noun. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
