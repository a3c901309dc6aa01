type Budget = { dailyMicroUsd: number; fault?: undefined } | { fault: string };

/** A day's budget as it was typed, in dollars; an empty field is none, and not a budget of nothing. */
export function budgetOf(typed: string): Budget {
  const dollars = Number(typed);
  if (typed.trim() === "" || !Number.isFinite(dollars))
    return { fault: "Enter an amount in dollars. With 0 you can't send prompts." };
  if (dollars < 0) return { fault: "Enter 0 or more." };
  return { dailyMicroUsd: Math.round(dollars * 1_000_000) };
}
