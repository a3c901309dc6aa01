import type { PlanName } from "../config/index.ts";

/** The limits of a plan: money in micro-dollars, sizes in bytes, rates per minute. */
export type Plan = {
  name: PlanName;
  runsPerMinute: number;
  writesPerMinute: number;
  readsPerMinute: number;
  fileBytes: number;
  filesPerProject: number;
  projectBytes: number;
  projects: number;
  /** The maximum number of stored bytes per account: file contents with their history, and conversations. */
  storedBytes: number;
  dailyMicroUsd: number;
  runSteps: number;
  runTokens: number;
  runMicroUsd: number;
  /** The maximum total size of the files that the account's apps store through `env.FILES`, in bytes. */
  appFileBytes: number;
  /** The maximum cost of one app's model calls a day. */
  appMicroUsd: number;
  /** The maximum number of mails that the account's apps may send per day. */
  appMails: number;
};

export const plans: Record<PlanName, Plan> = {
  free: {
    name: "free",
    runsPerMinute: 3,
    writesPerMinute: 120,
    readsPerMinute: 600,
    fileBytes: 51_200,
    filesPerProject: 1_000,
    projectBytes: 20 * 1024 * 1024,
    projects: 200,
    storedBytes: 100 * 1024 * 1024,
    dailyMicroUsd: 10_000_000,
    runSteps: 40,
    runTokens: 2_000_000,
    runMicroUsd: 500_000,
    appFileBytes: 500 * 1024 * 1024,
    appMicroUsd: 500_000,
    appMails: 50,
  },
  pro: {
    name: "pro",
    runsPerMinute: 20,
    writesPerMinute: 600,
    readsPerMinute: 3_000,
    fileBytes: 102_400,
    filesPerProject: 5_000,
    projectBytes: 100 * 1024 * 1024,
    projects: 1_000,
    storedBytes: 1024 * 1024 * 1024,
    dailyMicroUsd: 50_000_000,
    runSteps: 80,
    runTokens: 8_000_000,
    runMicroUsd: 5_000_000,
    appFileBytes: 5 * 1024 * 1024 * 1024,
    appMicroUsd: 5_000_000,
    appMails: 1_000,
  },
  enterprise: {
    name: "enterprise",
    runsPerMinute: 60,
    writesPerMinute: 2_400,
    readsPerMinute: 12_000,
    fileBytes: 512_000,
    filesPerProject: 10_000,
    projectBytes: 500 * 1024 * 1024,
    projects: 5_000,
    storedBytes: 10 * 1024 * 1024 * 1024,
    dailyMicroUsd: 200_000_000,
    runSteps: 200,
    runTokens: 40_000_000,
    runMicroUsd: 20_000_000,
    appFileBytes: 50 * 1024 * 1024 * 1024,
    appMicroUsd: 20_000_000,
    appMails: 10_000,
  },
};

/** Returns a plan's limits and budgets by its name. */
export const planOf = (name: PlanName): Plan => plans[name];
