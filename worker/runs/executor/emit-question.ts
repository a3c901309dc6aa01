import type { Question } from "../../agents/index.ts";
import { sanitizeJson } from "../../contract/index.ts";
import { commit, type Database } from "../../database/index.ts";
import { outboxStatement } from "../../webhooks/index.ts";
import type { RunRecord } from "./run-table.ts";

/** Commits the webhook event of a run's question. Idempotent. */
export async function emitQuestion(database: Database, { id, start }: RunRecord, question: Question): Promise<void> {
  const { projectId, ownerId } = start;
  const data = sanitizeJson({
    runId: id,
    projectId,
    agent: start.routing.agent,
    question: question.question,
    ...(question.options !== undefined && { options: question.options }),
    ...(question.access !== undefined && { access: question.access }),
  });
  await commit(database, {
    opId: `op_${id}_ask_${question.step}_${question.place}`,
    kind: "run.asked",
    result: data,
    statements: [outboxStatement(database, { ownerId, projectId, type: "input.requested", data })],
  });
}
