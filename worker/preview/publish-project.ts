import { z } from "zod";
import type { Context } from "../accounts/index.ts";
import { type BuilderRpc, type BuildReport, newId, type Published } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { callBuilder } from "./call-builder.ts";
import { closeVisits } from "./end-previews.ts";
import { capabilityFor } from "./preview-access.ts";
import { getPublishedName } from "./publication/published-name.ts";
import { publishRow } from "./store.ts";
import { syncPublication } from "./sync-publication.ts";

/** The result that the commit stores, which is also the event's data. */
const stored = z.object({ projectId: z.string(), revision: z.int(), url: z.string() });

type Input = { projectId: string; revision?: number | undefined };

/**
 * Publishes the app at a revision, by default the head; the public address then stays at that revision. Commits first
 * and syncs the preview Worker afterwards; the cron retries a failed sync.
 * @returns the public URL and the revision
 * @throws AppError `not_found`, `build_failed`, `dependency_down`
 */
export async function publishProject(
  context: Context,
  builder: BuilderRpc,
  { projectId, revision }: Input,
  opId = newId("operation"),
): Promise<Published> {
  const { config, database, actor } = context;
  const [{ head, visibility }, { url }] = await Promise.all([
    getProject(context, projectId),
    getPublishedName(context, projectId),
  ]);
  const at = revision ?? head;
  if (at > head) throw new AppError("not_found", "Revision not found.");
  const capability = await capabilityFor(config, projectId, at);
  await callBuilder(context, projectId, async () => {
    // The preview's build comes first: it chooses the package versions that the published build uses.
    requireBuild(await builder.prepare(capability, projectId, at), at);
    requireBuild(await builder.preparePublication(capability, projectId, at), at);
  });
  const { ownerId } = actor;
  const { result } = await commit(database, {
    opId,
    kind: "preview.published",
    statements: [
      publishRow(database, { ownerId, projectId, revision: at, url, opId }),
      outboxOfOperation(database, { opId, ownerId, projectId, type: "preview.published" }),
    ],
  });
  if (result === null) throw new AppError("not_found", "Project not found.");
  await callBuilder(context, projectId, async () => {
    if (visibility === "private") await closeVisits(config, builder, projectId);
    await syncPublication(context, builder, projectId);
  });
  const published = stored.parse(result);
  return { url: published.url, revision: published.revision };
}

/**
 * @param intent the purpose of the build, for the error's sentence
 * @throws AppError `build_failed` with the diagnostics of a failed build
 */
export function requireBuild(
  { ok, diagnostics }: BuildReport,
  revision: number,
  intent: "published" | "staged" = "published",
): void {
  if (ok) return;
  const first = diagnostics.find(({ severity }) => severity === "error");
  const place = first && (first.line > 0 ? `${first.path}:${first.line}: ` : `${first.path}: `);
  throw new AppError(
    "build_failed",
    `The build failed, so this version was not ${intent}. ${first ? place + first.message : ""}`.trim(),
    { members: { revision, diagnostics } },
  );
}
