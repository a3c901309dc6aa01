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
  sanitizeJson,
  type Usage,
} from "../../contract/index.ts";
import { commit, type Database } from "../../database/index.ts";
import { isAppError } from "../../errors.ts";
import { insertMessages, keepProject, type NewMessageRow } from "../../projects/index.ts";
import { budgetOutbox, outboxStatement } from "../../webhooks/index.ts";
import { endRunRow } from "../store.ts";
import { nothingMade } from "./run-outcome.ts";
import type { RunEnding, RunRecord } from "./run-table.ts";
import { toStoredConversation } from "./stored-conversation.ts";

/** How a run ends, before it is stored. */
export type Decision = { status: RunEnding["status"]; usage: Usage; error?: RunError; outcome: RunOutcome };

/** Builds the ending of a run, with the ids of its messages. Committing the same ending again writes the same rows. */
export function endingOf(record: RunRecord, { status, usage, error, outcome }: Decision): RunEnding {
  const endedAt = Date.now();
  return {
    status,
    usage,
    outcome,
    ...(error && { error: sanitizeJson(error) }),
    // The conversation is ordered by id, so a queued prompt is placed where its run started.
    userMessageId: newId("message", record.startedAt ?? endedAt),
    assistantMessageId: newId("message", Math.max(endedAt, (record.startedAt ?? endedAt) + 1)),
    endedAt,
  };
}

/** Returns the final part of the message of a run that did not complete, which the agents of later runs read too. */
const endPart = ({ status, error }: RunEnding): MessageContent[] =>
  status === "completed" ? [] : [{ type: "end", status, ...(error && { error }) }];

type Dependencies = { config: Config; database: Database };

/**
 * The stored parts of an ended run: its steps, its images (without their bytes), and the `seq` of its terminal event.
 * `steps` is null when the database refused the run's conversation, which is then omitted.
 */
type Log = { steps: StoredStep[] | null; images: MessageContent[]; lastSeq: number };

/**
 * Commits a run's end, its messages, its charge and its webhook event in one transaction. Idempotent. Charges the run and
 * emits its event even when the project, and the run's row with it, was deleted.
 * @throws AppError `outcome_unknown`, `dependency_down`
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
      // Locks the project first, so that the following statements find it either present until the commit or deleted.
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
 * Commits a run's end as `commitEnding` does. When the database refuses the run's conversation, which a retry would not
 * change, commits the end without it, so that the run ends and is charged.
 * @param onRefusal receives the refusal
 * @throws AppError `outcome_unknown`, `dependency_down`
 */
export async function endCommitted(
  dependencies: Dependencies,
  record: RunRecord,
  ending: RunEnding,
  log: Log,
  onRefusal: (error: unknown) => void,
): Promise<void> {
  try {
    await commitEnding(dependencies, record, ending, log);
  } catch (error) {
    if (isAppError(error, "outcome_unknown") || isAppError(error, "dependency_down")) throw error;
    onRefusal(error);
    // The outcome's text may be the part that the database refuses.
    const plain = { ...ending, outcome: { ...(ending.outcome ?? nothingMade), text: "" } };
    await commitEnding(dependencies, record, plain, { ...log, steps: null });
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

/** Returns the terminal event of a run's log. */
export function terminalEvent({ status, usage, error, outcome = nothingMade }: RunEnding): EmittedEvent {
  if (status === "completed") return { type: "run.completed", usage, ...outcome };
  if (status === "cancelled") return { type: "run.cancelled", usage };
  return { type: "run.failed", usage, error: error ?? { code: "internal", detail: "It failed." } };
}
