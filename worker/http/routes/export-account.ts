import {
  type Context,
  getMe,
  getUsage,
  listAudit,
  listSessions,
  listTokens,
  type UsageOfOpen,
} from "../../accounts/index.ts";
import { environmentSortKey, listGrants, listSecrets, listVariables } from "../../app-environment/index.ts";
import { dayOf, maxReportDays, type Project } from "../../contract/index.ts";
import { listMessages, listProjects, listRevisions } from "../../projects/index.ts";
import { listRuns } from "../../runs/index.ts";
import { listMembers, listProjectComments } from "../../sharing/index.ts";
import { listTriggers, listWebhooks } from "../../webhooks/index.ts";
import type { Env } from "../environment.ts";
import { everyRow } from "./every-page.ts";

type ExportEnv = Pick<Env, "SESSIONS">;

const byId = ({ id }: { id: string }): string => id;
const dayMs = 86_400_000;

/**
 * Exports an account's data as the JSON text of an `AccountExport`. The stream reads from the database as fast as the
 * client consumes it.
 */
export function exportAccount(context: Context, env: ExportEnv, usageOfOpen: UsageOfOpen): ReadableStream<Uint8Array> {
  const parts = documentOf(context, env, usageOfOpen);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

async function* documentOf(context: Context, env: ExportEnv, usageOfOpen: UsageOfOpen): AsyncGenerator<string, void> {
  const now = Date.now();
  const [account, usage] = await Promise.all([
    getMe(context, usageOfOpen),
    getUsage(context, { from: dayOf(now - (maxReportDays - 1) * dayMs), to: dayOf(now), groupBy: "day" }),
  ]);
  yield `{"exportedAt":${JSON.stringify(new Date(now))},"account":${JSON.stringify(account)}`;
  yield `,"usage":${JSON.stringify(usage)}`;
  yield* list(
    "sessions",
    everyRow((page) => listSessions(context, page), byId),
  );
  yield* list(
    "tokens",
    everyRow((page) => listTokens(context, page), byId),
  );
  yield* list(
    "webhooks",
    everyRow((page) => listWebhooks(context, page), byId),
  );
  yield* list(
    "audit",
    everyRow((page) => listAudit(context, page), byId),
  );
  yield ',"projects":[';
  let comma = "";
  for await (const project of everyRow((page) => listProjects(context, page), byId)) {
    yield comma;
    yield* projectOf(context, env, project);
    comma = ",";
  }
  yield "]";
  yield* list(
    "sharedProjects",
    everyRow((page) => listProjects(context, page, { access: "shared" }), byId),
  );
  yield "}";
}

async function* projectOf(context: Context, env: ExportEnv, project: Project): AsyncGenerator<string, void> {
  const { id } = project;
  yield `{"project":${JSON.stringify(project)},"archive":${JSON.stringify(`/v1/projects/${id}/archive.zip`)}`;
  yield* list(
    "triggers",
    everyRow((page) => listTriggers(context, { projectId: id, page }), byId),
  );
  yield* list(
    "variables",
    everyRow((page) => listVariables(context, { projectId: id, page }), environmentSortKey),
  );
  yield* list(
    "secrets",
    everyRow((page) => listSecrets(context, { projectId: id, page }), environmentSortKey),
  );
  yield* list(
    "grants",
    everyRow((page) => listGrants(context, { projectId: id, page }), byId),
  );
  yield* list(
    "revisions",
    everyRow(
      (page) => listRevisions(context, id, page),
      ({ number }) => String(number),
    ),
  );
  yield* list(
    "runs",
    everyRow((page) => listRuns(context, env, { projectId: id, page, filter: { order: "desc" } }), byId),
  );
  yield* list(
    "messages",
    everyRow((page) => listMessages(context, { projectId: id, page, order: "asc" }), byId),
  );
  yield* list(
    "members",
    everyRow(
      (page) => listMembers(context, id, page),
      ({ userId }) => userId,
    ),
  );
  yield* list(
    "comments",
    everyRow((page) => listProjectComments(context, id, page), byId),
  );
  yield "}";
}

/** Yields an object's member whose value is a list, as JSON text. */
async function* list(name: string, rows: AsyncIterable<unknown>): AsyncGenerator<string, void> {
  yield `,${JSON.stringify(name)}:[`;
  let comma = "";
  for await (const row of rows) {
    yield `${comma}${JSON.stringify(row)}`;
    comma = ",";
  }
  yield "]";
}
