type Budget = { dailyMicroUsd: number; fault?: undefined } | { fault: string };

/** Parses a daily budget in dollars. An empty field is an error rather than a budget of $0. */
export function budgetOf(typed: string): Budget {
  const dollars = Number(typed);
  if (typed.trim() === "" || !Number.isFinite(dollars))
    return { fault: "Enter an amount in dollars. With 0 you can't send prompts." };
  if (dollars < 0) return { fault: "Enter 0 or more." };
  return { dailyMicroUsd: Math.round(dollars * 1_000_000) };
}
