import type { Usage, UsageReport } from "../../../worker/contract/index.ts";

export type Day = Usage & { key: string };

const dayMs = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Returns the first day (UTC) of a period of `days` days that ends today. */
export const firstOf = (days: number, now: number): string => dayOf(now - (days - 1) * dayMs);

const nothing: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };

/** Returns every day of a report, including days without usage. */
export function everyDay({ from, to, data }: Pick<UsageReport, "from" | "to" | "data">): Day[] {
  const used = new Map(data.map((day) => [day.key, day]));
  const length = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  return Array.from({ length }, (_, place) => {
    const key = dayOf(Date.parse(from) + place * dayMs);
    return { ...(used.get(key) ?? nothing), key };
  });
}

/** Returns the total of input and output tokens, including cached tokens. */
export const tokensOf = (usage: Usage): number => promptOf(usage) + usage.outputTokens;

const promptOf = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number =>
  inputTokens + cacheReadTokens + cacheWriteTokens;

/** Returns the fraction of input tokens read from the cache, from 0 to 1. */
export const cachedShare = (usage: Usage): number =>
  promptOf(usage) === 0 ? 0 : usage.cacheReadTokens / promptOf(usage);
