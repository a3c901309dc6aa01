export { deleteAccount, listAccounts, signOutEverywhere, updateAccount } from "./accounts.ts";
export { sampleGauges } from "./gauges.ts";
export { getMetrics } from "./get-metrics.ts";
export { getOverview } from "./get-overview.ts";
export { getTrace } from "./get-trace.ts";
export { listOpenRuns, listPublications } from "./lists.ts";
export { getSpend } from "./spend.ts";
export { takeDown } from "./take-down.ts";
