import { z } from "zod";
import type { Context } from "../../accounts/index.ts";
import { type BuilderRpc, newId, type Page, type Published, type PublishedVersion } from "../../contract/index.ts";
import { commit, executeIdempotent, type PageRequest, pageFrom } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { getProject } from "../../projects/index.ts";
import { outboxOfOperation } from "../../webhooks/index.ts";
import { callBuilder } from "../call-builder.ts";
import { closeVisits } from "../end-previews.ts";
import { syncPublication } from "../sync-publication.ts";
import { getPublishedName } from "./published-name.ts";
import { restoreVersionRow, selectVersions } from "./store.ts";

/**
 * Lists the versions of a publication that can be restored, newest first.
 * @throws AppError `not_found`, `invalid_cursor`
 */
export async function listPublishedVersions(
  context: Context,
  projectId: string,
  page: PageRequest,
): Promise<Page<PublishedVersion>> {
  if (page.after !== null && !/^\d{1,9}$/.test(page.after))
    throw new AppError("invalid_cursor", "Invalid cursor. Start again without one.");
  await getProject(context, projectId);
  const after = page.after === null ? null : Number(page.after);
  const rows = await executeIdempotent(selectVersions(context.database, projectId, { after, limit: page.limit + 1 }));
  const versions = rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
  return pageFrom(versions, page, ({ number }) => String(number));
}

/** The result that the commit stores, which is also the event's data. */
const stored = z.object({ projectId: z.string(), revision: z.int(), url: z.string() });

/**
 * Makes an earlier version of a publication public again, with its original build. Visitors' data is kept.
 * @param number the version's number
 * @throws AppError `not_found`, `dependency_down`
 */
export async function restorePublishedVersion(
  context: Context,
  builder: BuilderRpc,
  { projectId, number }: { projectId: string; number: string },
  opId = newId("operation"),
): Promise<Published> {
  const { config, database, actor } = context;
  const [{ visibility }, { url }] = await Promise.all([
    getProject(context, projectId),
    getPublishedName(context, projectId),
  ]);
  if (!/^\d{1,9}$/.test(number)) throw new AppError("not_found", "Version not found.");
  const { ownerId } = actor;
  const { result } = await commit(database, {
    opId,
    kind: "preview.published",
    statements: [
      restoreVersionRow(database, { ownerId, projectId, number: Number(number), url, opId }),
      outboxOfOperation(database, { opId, ownerId, projectId, type: "preview.published" }),
    ],
  });
  if (result === null) throw new AppError("not_found", "Version not found.");
  await callBuilder(context, projectId, async () => {
    if (visibility === "private") await closeVisits(config, builder, projectId);
    await syncPublication(context, builder, projectId);
  });
  const published = stored.parse(result);
  return { url: published.url, revision: published.revision };
}
