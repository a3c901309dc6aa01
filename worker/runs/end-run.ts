import { builtIn, type StoredStep } from "../agents/index.ts";
import { type Config, planOf } from "../config/index.ts";
import {
  dayOf,
  type EmittedEvent,
  type MessageContent,
  newId,
  type RunError,
  type RunOutcome,
  type Usage,
} from "../contract/index.ts";
import { commit, type Database } from "../database/index.ts";
import { settleStatement } from "../limits/index.ts";
import { insertMessages, type NewMessageRow } from "../projects/index.ts";
import { budgetOutbox, outboxStatement } from "../webhooks/index.ts";
import { conversationOfSteps } from "./conversation.ts";
import { nothingMade } from "./run-outcome.ts";
import type { RunEnding, RunRecord } from "./run-table.ts";
import { storable } from "./storable.ts";
import { addUsage, endRunRow } from "./store.ts";

export type Decision = { status: RunEnding["status"]; usage: Usage; error?: RunError; outcome: RunOutcome };

/** Decides how a run ends, with the ids its messages will have: made once, so that writing it twice writes the same. */
export function endingOf(record: RunRecord, { status, usage, error, outcome }: Decision): RunEnding {
  const endedAt = Date.now();
  return {
    status,
    usage,
    outcome,
    ...(error && { error: storable(error) }),
    // The conversation is ordered by id, so a queued prompt stands where it was begun.
    userMessageId: newId("message", record.startedAt ?? endedAt),
    assistantMessageId: newId("message", Math.max(endedAt, (record.startedAt ?? endedAt) + 1)),
    endedAt,
  };
}

/** What the conversation says last of a run that did not complete: a later run's agent reads it too. */
const closingText = ({ status, error }: RunEnding): MessageContent[] => {
  if (status === "failed" && error) return [{ type: "text", text: `This run failed: ${error.detail}` }];
  return status === "cancelled" ? [{ type: "text", text: "This run was cancelled." }] : [];
};

/** What a run leaves behind: its steps, the images it was given (without their bytes), and its last event's number. */
type Told = { steps: StoredStep[]; images: MessageContent[]; lastSeq: number };

type Ground = { config: Config; database: Database };

/** Writes a run's end, its messages, its usage and its outbox event in one transaction, however often it is called. */
export async function commitEnding(
  { config, database }: Ground,
  record: RunRecord,
  ending: RunEnding,
  { steps, images, lastSeq }: Told,
): Promise<void> {
  const { id, start } = record;
  const { projectId, ownerId } = start;
  const { status, usage, error, outcome = nothingMade } = ending;
  const conversation = conversationOfSteps(steps);
  const base = { projectId, runId: id };
  const messages: NewMessageRow[] = [
    {
      ...base,
      id: ending.userMessageId,
      role: "user",
      agent: null,
      content: [...images, { type: "text", text: start.prompt }],
      createdAt: new Date(record.startedAt ?? ending.endedAt),
    },
    {
      ...base,
      id: ending.assistantMessageId,
      role: "assistant",
      agent: start.routing.agent,
      content: [...conversation.content, ...closingText(ending)],
      createdAt: new Date(ending.endedAt),
    },
  ];
  const day = dayOf(ending.endedAt);
  const reservation = { ownerId, day: start.day, microUsd: start.reservedMicroUsd };
  const tier = (start.ownAgent ?? builtIn.find(start.routing.agent))?.model ?? "balanced";
  const model = config.model.ids[tier];
  const data = { runId: id, projectId, agent: start.routing.agent, status, usage, ...outcome, ...(error && { error }) };
  await commit(database, {
    opId: `op_${id}_end`,
    kind: `run.${status}`,
    result: data,
    statements: [
      endRunRow(database, record, ending, { lastSeq, model, outcome, steps: conversation.steps }),
      insertMessages(database, messages),
      settleStatement(database, reservation, usage.microUsd),
      addUsage(database, { ownerId, projectId, agent: start.routing.agent, model, day, usage }),
      outboxStatement(database, { ownerId, projectId, type: `run.${status}`, data }),
      budgetOutbox(database, { ownerId, day: start.day, planMicroUsd: planOf(start.plan).dailyMicroUsd }),
    ],
  });
}

/** The last event of a run's log. */
export function terminalEvent({ status, usage, error, outcome = nothingMade }: RunEnding): EmittedEvent {
  if (status === "completed") return { type: "run.completed", usage, ...outcome };
  if (status === "cancelled") return { type: "run.cancelled", usage };
  return { type: "run.failed", usage, error: error ?? { code: "internal", detail: "It failed." } };
}
