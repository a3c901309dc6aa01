import { builtIn, type StoredStep } from "../../agents/index.ts";
import { planOf, settleStatement } from "../../billing/index.ts";
import type { Config } from "../../config/index.ts";
import {
  dayOf,
  type EmittedEvent,
  type MessageContent,
  newId,
  type RunError,
  type RunOutcome,
  type Usage,
} from "../../contract/index.ts";
import { commit, type Database } from "../../database/index.ts";
import { isAppError } from "../../errors.ts";
import { insertMessages, keepProject, type NewMessageRow } from "../../projects/index.ts";
import { budgetOutbox, outboxStatement } from "../../webhooks/index.ts";
import { endRunRow } from "../store.ts";
import { nothingMade } from "./run-outcome.ts";
import type { RunEnding, RunRecord } from "./run-table.ts";
import { sanitizeJson } from "./sanitize-json.ts";
import { toStoredConversation } from "./stored-conversation.ts";

export type Decision = { status: RunEnding["status"]; usage: Usage; error?: RunError; outcome: RunOutcome };

/** Decides how a run ends, with the ids its messages will have: made once, so that writing it twice writes the same. */
export function endingOf(record: RunRecord, { status, usage, error, outcome }: Decision): RunEnding {
  const endedAt = Date.now();
  return {
    status,
    usage,
    outcome,
    ...(error && { error: sanitizeJson(error) }),
    // The conversation is ordered by id, so a queued prompt stands where it was begun.
    userMessageId: newId("message", record.startedAt ?? endedAt),
    assistantMessageId: newId("message", Math.max(endedAt, (record.startedAt ?? endedAt) + 1)),
    endedAt,
  };
}

/** The last part of the answer of a run that did not complete; a later run's agent reads it too. */
const endPart = ({ status, error }: RunEnding): MessageContent[] =>
  status === "completed" ? [] : [{ type: "end", status, ...(error && { error }) }];

type Dependencies = { config: Config; database: Database };

/**
 * What a run leaves behind: its steps, the images it was given (without their bytes), and its last event's number. `steps`
 * is null where the database has refused the run's conversation: then it ends without.
 */
type Log = { steps: StoredStep[] | null; images: MessageContent[]; lastSeq: number };

/**
 * Writes a run's end, its messages, its charge and its outbox event in one transaction, however often it is called. Where
 * the project is deleted, with the run's row, the run is charged and its end is told all the same.
 */
export async function commitEnding(
  { config, database }: Dependencies,
  record: RunRecord,
  ending: RunEnding,
  { steps, images, lastSeq }: Log,
): Promise<void> {
  const { id, start } = record;
  const { projectId, ownerId } = start;
  const { status, usage, error, outcome = nothingMade } = ending;
  const { agent } = start.routing;
  const conversation = toStoredConversation(steps ?? []);
  const tier = (start.ownAgent ?? builtIn.find(agent))?.model ?? "balanced";
  const model = config.model.ids[tier];
  const data = { runId: id, projectId, agent, status, usage, ...outcome, ...(error && { error }) };
  await commit(database, {
    opId: `op_${id}_end`,
    kind: `run.${status}`,
    result: data,
    statements: [
      // First, so that what follows finds the project either there to its end or gone.
      keepProject(database, projectId),
      endRunRow(database, record, ending, { lastSeq, model, outcome, steps: conversation.steps }),
      ...(steps ? [insertMessages(database, projectId, messagesOf(record, ending, images, conversation.content))] : []),
      settleStatement(database, id, { day: dayOf(ending.endedAt), agent, model, usage }),
      outboxStatement(database, { ownerId, projectId, type: `run.${status}`, data }),
      budgetOutbox(database, { ownerId, day: start.day, planMicroUsd: planOf(start.plan).dailyMicroUsd }),
    ],
  });
}

/**
 * Commits a run's end as `commitEnding` does. Where the database refuses what was said in it, which would be refused again
 * and again, it commits the end without that, so that the run ends and is charged.
 * @param onRefusal is told of what was refused
 */
export async function endCommitted(
  ground: Dependencies,
  record: RunRecord,
  ending: RunEnding,
  log: Log,
  onRefusal: (error: unknown) => void,
): Promise<void> {
  try {
    await commitEnding(ground, record, ending, log);
  } catch (error) {
    if (isAppError(error, "outcome_unknown") || isAppError(error, "dependency_down")) throw error;
    onRefusal(error);
    // The text may be what cannot be stored.
    const plain = { ...ending, outcome: { ...(ending.outcome ?? nothingMade), text: "" } };
    await commitEnding(ground, record, plain, { ...log, steps: null });
  }
}

function messagesOf(
  { id, start, startedAt }: RunRecord,
  ending: RunEnding,
  images: MessageContent[],
  content: MessageContent[],
): NewMessageRow[] {
  const base = { projectId: start.projectId, runId: id };
  return [
    {
      ...base,
      id: ending.userMessageId,
      role: "user",
      agent: null,
      content: [...images, { type: "text", text: start.prompt }],
      createdAt: new Date(startedAt ?? ending.endedAt),
    },
    {
      ...base,
      id: ending.assistantMessageId,
      role: "assistant",
      agent: start.routing.agent,
      content: [...content, ...endPart(ending)],
      createdAt: new Date(ending.endedAt),
    },
  ];
}

/** The last event of a run's log. */
export function terminalEvent({ status, usage, error, outcome = nothingMade }: RunEnding): EmittedEvent {
  if (status === "completed") return { type: "run.completed", usage, ...outcome };
  if (status === "cancelled") return { type: "run.cancelled", usage };
  return { type: "run.failed", usage, error: error ?? { code: "internal", detail: "It failed." } };
}
