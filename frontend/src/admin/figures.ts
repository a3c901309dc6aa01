import { compact } from "../ui/format.ts";

/** Formats a share as percent, with two digits below one percent. */
export const percent = (share: number): string =>
  `${(share * 100).toLocaleString("en", { maximumFractionDigits: share < 0.01 ? 2 : share < 0.1 ? 1 : 0 })}%`;

/** Formats a duration in milliseconds: "12 ms", "1.4 s". */
export const duration = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** Formats a duration in seconds: "40 s", "3 min", "2.5 h". */
export function wait(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400
    ? `${Math.round(seconds / 60)} min`
    : `${(seconds / 3_600).toLocaleString("en", { maximumFractionDigits: 1 })} h`;
}

/** Formats micro-dollars for an axis: "$0.05", "$1.2K". */
export const axisDollars = (microUsd: number): string => {
  const dollars = microUsd / 1_000_000;
  return `$${dollars < 10 ? dollars.toFixed(2) : compact(dollars)}`;
};
