import { z } from "zod";
import type { Context } from "../../accounts/index.ts";
import type { Config } from "../../config/index.ts";
import {
  type BuilderRpc,
  newId,
  newStagingLabel,
  type PeopleOf,
  type Published,
  type StagedApp,
} from "../../contract/index.ts";
import { commit, executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { getProject } from "../../projects/index.ts";
import { outboxOfOperation } from "../../webhooks/index.ts";
import { callBuilder } from "../call-builder.ts";
import { closeVisits } from "../end-previews.ts";
import { capabilityFor } from "../preview-access.ts";
import { requireBuild } from "../publish-project.ts";
import { syncPublication } from "../sync-publication.ts";
import { getPublishedName } from "./published-name.ts";
import { discardRow, promoteRow, selectStaged, selectStagedOf, stageRow } from "./staging-store.ts";
import { syncStaging } from "./sync-staging.ts";

/** The result that a commit stores, which is also the event's data. */
const stored = z.object({ projectId: z.string(), revision: z.int(), url: z.string() });

/** The parts of a staged app's URL before and after its label. */
const addressOf = (config: Config) => ({
  before: config.isLocal ? "http://" : "https://",
  after: `.${config.previewDomain}`,
});

/**
 * Returns the staged app of a project.
 * @returns null when nothing is staged
 * @throws AppError `not_found`
 */
export async function getStagedApp(context: Context, projectId: string): Promise<StagedApp | null> {
  await getProject(context, projectId);
  const [row] = await executeIdempotent(selectStaged(context.database, projectId));
  if (row === undefined || row.label === null || row.revision === null) return null;
  const { before, after } = addressOf(context.config);
  const { label, revision, stagedAt, live } = row;
  return { url: before + label + after, revision, stagedAt: stagedAt.toISOString(), live };
}

/**
 * Requires that a project has the given app: a staged app may have been discarded, and must not get data again.
 * @throws AppError `not_found`
 */
export async function requireApp(context: Context, { projectId, target }: PeopleOf): Promise<void> {
  if (target === "staging") await requireStagedApp(context, projectId);
}

/**
 * Returns the staged app of a project.
 * @throws AppError `not_found` also when nothing is staged
 */
export async function requireStagedApp(context: Context, projectId: string): Promise<StagedApp> {
  const staged = await getStagedApp(context, projectId);
  if (staged === null) throw new AppError("not_found", "Nothing is staged.");
  return staged;
}

/** Lists the ids of the account's projects with a staged app. */
export async function listStagedProjects({ database, actor }: Context): Promise<string[]> {
  return (await executeIdempotent(selectStagedOf(database, actor.ownerId))).map(({ projectId }) => projectId);
}

type Input = { projectId: string; revision?: number | undefined };

/**
 * Stages the app at a revision, by default the head, at an unguessable address, with data of its own and the preview's
 * variables, secrets and grants. The address stays until the staged app is discarded.
 * @throws AppError `not_found`, `build_failed`, `dependency_down`
 */
export async function stageProject(
  context: Context,
  builder: BuilderRpc,
  { projectId, revision }: Input,
  opId = newId("operation"),
): Promise<Published> {
  const { config, database, actor } = context;
  const { head } = await getProject(context, projectId);
  const at = revision ?? head;
  if (at > head) throw new AppError("not_found", "Revision not found.");
  const capability = await capabilityFor(config, projectId, at);
  await callBuilder(context, projectId, async () => {
    // The preview's build comes first: it chooses the package versions that the staged build uses.
    requireBuild(await builder.prepare(capability, projectId, at), at, "staged");
    requireBuild(await builder.prepareStaging(capability, projectId, at), at, "staged");
  });
  const { ownerId } = actor;
  const staging = { ownerId, projectId, revision: at, label: newStagingLabel(), address: addressOf(config), opId };
  const { result } = await commit(database, {
    opId,
    kind: "preview.staged",
    statements: [
      stageRow(database, staging),
      outboxOfOperation(database, { opId, ownerId, projectId, type: "preview.staged" }),
    ],
  });
  if (result === null) throw new AppError("not_found", "Project not found.");
  await callBuilder(context, projectId, () => syncStaging(context, builder, projectId));
  const { url } = stored.parse(result);
  return { url, revision: at };
}

/**
 * Makes the staged build public, without building anything again. The staged app stays at its address.
 * @param revision the revision that must be staged; any when absent
 * @throws AppError `not_found`, `conflict` when another revision is staged, `dependency_down`
 */
export async function promoteStagedApp(
  context: Context,
  builder: BuilderRpc,
  { projectId, revision }: Input,
  opId = newId("operation"),
): Promise<Published> {
  const { config, database, actor } = context;
  const [{ visibility }, { url }, staged] = await Promise.all([
    getProject(context, projectId),
    getPublishedName(context, projectId),
    requireStagedApp(context, projectId),
  ]);
  if (revision !== undefined && revision !== staged.revision) throw otherRevision();
  // Nobody has seen a build that is not at its address yet.
  await callBuilder(context, projectId, () => syncStaging(context, builder, projectId));
  const { ownerId } = actor;
  const { result } = await commit(database, {
    opId,
    kind: "preview.published",
    statements: [
      promoteRow(database, { ownerId, projectId, revision: revision ?? null, url, opId }),
      outboxOfOperation(database, { opId, ownerId, projectId, type: "preview.published" }),
    ],
  });
  if (result === null) throw otherRevision();
  await callBuilder(context, projectId, async () => {
    if (visibility === "private") await closeVisits(config, builder, projectId);
    await syncPublication(context, builder, projectId);
  });
  const published = stored.parse(result);
  return { url: published.url, revision: published.revision };
}

const otherRevision = () =>
  new AppError(
    "conflict",
    "Another version was staged, or this version was discarded, in the meantime. Reload and try again.",
  );

/**
 * Discards the staged app: its address, which is never reused, its build and its data. Does nothing when nothing is
 * staged.
 * @throws AppError `not_found`, `dependency_down`
 */
export async function discardStagedApp(context: Context, builder: BuilderRpc, projectId: string): Promise<void> {
  const { database, actor } = context;
  await getProject(context, projectId);
  await executeIdempotent(discardRow(database, { ownerId: actor.ownerId, projectId }));
  await callBuilder(context, projectId, () => syncStaging(context, builder, projectId));
}
