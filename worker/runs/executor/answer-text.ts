import { describeRequested } from "../../app-environment/index.ts";
import { configOf } from "../../config/index.ts";
import { connect } from "../../database/index.ts";
import type { RunRecord } from "./run-table.ts";

/**
 * Returns a person's answer in the form that the agent reads. After a request for access it adds the current grants,
 * since an answer alone grants nothing.
 */
export async function answerText(env: object, record: RunRecord | null, text: string): Promise<string> {
  const access = record?.question?.access;
  if (record === null || access === undefined) return text;
  const { ownerId, projectId } = record.start;
  const database = connect(configOf(env).database);
  return `${text}\n\n${await describeRequested({ database, ownerId, projectId }, access)}`;
}
