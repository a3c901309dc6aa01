import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { platformSpending } from "../../../drizzle/schema/index.ts";
import { claimRefusalAlert, claimSpendingAlert, settleStatement } from "../../../worker/billing/index.ts";
import { parseConfig } from "../../../worker/config/index.ts";
import { dayOf, newId, noUsage } from "../../../worker/contract/index.ts";
import { alertOnSpending } from "../../../worker/http/cron/platform-alert.ts";
import { silentReporter } from "../../../worker/monitoring/index.ts";
import { database } from "../database/direct.ts";
import { noted, startOf } from "../runs/insert-run.ts";
import { aProject } from "../runs/start.ts";

const ceiling = 1_000;
let days = 0;
/** @returns a day of the test's own: the platform has one budget per day */
function newDay(): string {
  days += 1;
  return dayOf(Date.UTC(2031, 0, days));
}

const moneyOf = async (day: string) =>
  (await database.select().from(platformSpending).where(eq(platformSpending.day, day)))[0];

async function startsOn(day: string, count: number, reservedMicroUsd: number) {
  const { ada, projectId } = await aProject();
  return Promise.all(Array.from({ length: count }, () => startOf(ada, projectId, { reservedMicroUsd, day })));
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the platform's daily budget", () => {
  it("The platform's budget allows exactly the runs that it covers, over all accounts and with concurrent starts", async () => {
    const day = newDay();
    const starts = (await Promise.all([startsOn(day, 8, 200), startsOn(day, 8, 200)])).flat();
    const outcomes = await Promise.allSettled(
      starts.map((start) => noted(start, newId("operation"), 1_000_000, ceiling)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "platform_budget_exceeded" });
    }
    expect(await moneyOf(day)).toMatchObject({ spent: 0, reserved: ceiling });
  });

  it("The platform's budget regains the unspent part of a run's reservation", async () => {
    const day = newDay();
    const [first, second] = await startsOn(day, 2, ceiling);
    if (!first || !second) throw new Error("no starts");
    await noted(first, newId("operation"), 1_000_000, ceiling);
    const opId = newId("operation");
    await expect(noted(second, opId, 1_000_000, ceiling)).rejects.toMatchObject({ code: "platform_budget_exceeded" });
    const usage = { ...noUsage, inputTokens: 1 };
    await settleStatement(database, first.id, { day, agent: "fullstack", model: "m", usage });
    expect(await noted(second, opId, 1_000_000, ceiling)).toMatchObject({ replayed: false });
  });

  it("The platform's budget ignores a model without a price", async () => {
    const [free] = await startsOn(newDay(), 1, 0);
    if (!free) throw new Error("no start");
    expect(await noted(free, newId("operation"), 1_000_000, 0)).toMatchObject({ replayed: false });
  });
});

describe("the operators' alert", () => {
  const spend = (day: string, spent: number) =>
    database
      .insert(platformSpending)
      .values({ day, spent })
      .onConflictDoUpdate({ target: platformSpending.day, set: { spent } });

  it("An alert is due once at 80 and once at 100 percent of a day's budget", async () => {
    const day = newDay();
    const seen: (number | undefined)[] = [];
    for (const spent of [799, 800, 999, 1_000, 1_200]) {
      await spend(day, spent);
      seen.push((await claimSpendingAlert(database, day, ceiling))?.percent);
    }
    expect(seen).toEqual([undefined, 80, undefined, 100, undefined]);
  });

  it("An alert is due at the first refusal of a day, also without spending", async () => {
    const day = newDay();
    expect(await claimRefusalAlert(database, day)).toMatchObject({ percent: 100, spentMicroUsd: 0 });
    expect(await claimRefusalAlert(database, day)).toBeNull();
    await spend(day, 2_000);
    expect(await claimSpendingAlert(database, day, ceiling)).toBeNull();
  });

  it("An alert is a log line and a report, with the figures", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    const reported: unknown[] = [];
    const reporter = {
      ...silentReporter,
      capture: (error: unknown, about: unknown) => void reported.push([error, about]),
    };
    const day = dayOf(Date.now());
    const { spent = 0 } = (await moneyOf(day)) ?? {};
    const platformDailyMicroUsd = Math.max(1, Math.floor(spent));
    await database.insert(platformSpending).values({ day }).onConflictDoNothing();
    await database
      .update(platformSpending)
      .set({ spent: platformDailyMicroUsd, alerted: 0 })
      .where(eq(platformSpending.day, day));
    const config = { logLevel: "error" as const, platformDailyMicroUsd };
    await alertOnSpending(config, database, reporter);
    await alertOnSpending(config, database, reporter);
    await database.update(platformSpending).set({ spent }).where(eq(platformSpending.day, day));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: "error",
        event: "platform_budget",
        day,
        percent: 100,
        limitMicroUsd: platformDailyMicroUsd,
      }),
    ]);
    expect(reported).toHaveLength(1);
  });
});

describe("PLATFORM_DAILY_MICRO_USD", () => {
  const surroundings = {
    DATABASE_URL: "postgres://db.example/edgesmith",
    AUTH_SECRET: "s3cret-of-more-than-thirty-two-characters",
    APP_URL: "https://edgesmith.example",
    PREVIEW_DOMAIN: "preview.example",
    SESSIONS: {},
    RATE_LIMITERS: {},
    DELIVERIES: {},
    PREVIEW: {},
  };
  const ceilingOf = (text?: string) =>
    parseConfig({ ...surroundings, PLATFORM_DAILY_MICRO_USD: text }).platformDailyMicroUsd;

  it("PLATFORM_DAILY_MICRO_USD defaults to 100 dollars, and must be a whole number", () => {
    expect([ceilingOf(), ceilingOf(""), ceilingOf("0"), ceilingOf("2500000")]).toEqual([
      100_000_000, 100_000_000, 0, 2_500_000,
    ]);
    for (const wrong of ["-1", "1.5", "many"]) expect(() => ceilingOf(wrong)).toThrow("PLATFORM_DAILY_MICRO_USD");
  });
});
