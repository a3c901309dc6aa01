import { z } from "zod";
import type { Context } from "../accounts/index.ts";
import { type BuilderRpc, type BuildReport, newId, type Published } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject, publicUrlOf } from "../projects/index.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { callBuilder } from "./call-builder.ts";
import { closeVisits } from "./end-previews.ts";
import { capabilityFor } from "./preview-access.ts";
import { publishRow } from "./store.ts";
import { syncPublication } from "./sync-publication.ts";

/** What the commit stores as its result; it is the event's data too. */
const stored = z.object({ projectId: z.string(), revision: z.int(), url: z.string() });

type Input = { projectId: string; revision?: number | undefined };

/**
 * Puts the app at a revision, the head unless one is named, on its public address, where it stays as it is until it is
 * published again. Committed first and told to the preview Worker then: where the telling fails, the sweep tells it.
 * @throws AppError `not_found`, `build_failed`, `dependency_down`
 */
export async function publishProject(
  context: Context,
  builder: BuilderRpc,
  { projectId, revision }: Input,
  opId = newId("operation"),
): Promise<Published> {
  const { config, database, actor } = context;
  const { head, visibility } = await getProject(context, projectId);
  const at = revision ?? head;
  if (at > head) throw new AppError("not_found", "Revision not found.");
  const capability = await capabilityFor(config, projectId, at);
  await callBuilder(context, projectId, async () => {
    // The preview's build first: it chooses the versions of packages that the published one has.
    requireBuild(await builder.prepare(capability, projectId, at), at);
    requireBuild(await builder.preparePublication(capability, projectId, at), at);
  });
  const { ownerId } = actor;
  const url = publicUrlOf(config, projectId);
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

function requireBuild({ ok, diagnostics }: BuildReport, revision: number): void {
  if (ok) return;
  const first = diagnostics.find(({ severity }) => severity === "error");
  const place = first && (first.line > 0 ? `${first.path}:${first.line}: ` : `${first.path}: `);
  throw new AppError(
    "build_failed",
    `The build failed, so nothing was published. ${first ? place + first.message : ""}`.trim(),
    { members: { revision, diagnostics } },
  );
}
