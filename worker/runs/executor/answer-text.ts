import { describeRequested } from "../../app-environment/index.ts";
import { configOf } from "../../config/index.ts";
import { connect } from "../../database/index.ts";
import type { RunRecord } from "./run-table.ts";

/**
 * Returns a person's answer as the agent reads it. After a request for access it says which grants exist by now: an answer
 * alone grants nothing.
 */
export async function answerText(env: object, record: RunRecord | null, text: string): Promise<string> {
  const access = record?.question?.access;
  if (record === null || access === undefined) return text;
  const { ownerId, projectId } = record.start;
  const database = connect(configOf(env).database);
  return `${text}\n\n${await describeRequested({ database, ownerId, projectId }, access)}`;
}
