import { type Me, newId } from "../../../worker/contract/index.ts";
import { type Committed, commitStatement } from "../../../worker/database/index.ts";
import type { RunSpec } from "../../../worker/runs/start/run-spec.ts";
import { insertRun } from "../../../worker/runs/store.ts";
import { database } from "../database/direct.ts";
import type { Account } from "../stage/client.ts";
import { script } from "./start.ts";

// The INSERT of a run in Postgres alone, without the dispatch to its Session.

const routing = { agent: "fullstack", confidence: 1, reason: "", method: "mention" as const, candidates: [] };

export async function startOf(ada: Account, projectId: string, given: Partial<RunSpec> = {}): Promise<RunSpec> {
  const { id: ownerId, plan } = await ada.expect<Me>(200, "/v1/me");
  return {
    id: newId("run"),
    projectId,
    projectName: "Test",
    ownerId,
    plan,
    prompt: script({ text: "Found again." }),
    mode: "build",
    routing,
    budget: {},
    onDisconnect: "continue",
    day: new Date().toISOString().slice(0, 10),
    reservedMicroUsd: 0,
    createdAt: Date.now(),
    ...given,
  };
}

export const noted = (
  start: RunSpec,
  opId = newId("operation"),
  dailyMicroUsd = 1_000_000,
  platformMicroUsd = 100_000_000,
): Promise<Committed> => {
  const note = { opId, start, scripted: true, dailyMicroUsd, platformMicroUsd, maxStoredBytes: 1e9 };
  return commitStatement(database, { opId, statement: insertRun(database, note) });
};
