type Budget = { dailyMicroUsd: number; fault?: undefined } | { fault: string };

/** A day's budget as it was typed, in dollars; an empty field is none, and not a budget of nothing. */
export function budgetOf(typed: string): Budget {
  const dollars = Number(typed);
  if (typed.trim() === "" || !Number.isFinite(dollars))
    return { fault: "Say how many dollars a day; with 0 no run can start." };
  if (dollars < 0) return { fault: "It cannot be less than 0." };
  return { dailyMicroUsd: Math.round(dollars * 1_000_000) };
}
