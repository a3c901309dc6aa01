import type { Context } from "../accounts/index.ts";
import type { BuilderRpc, Preview } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { callBuilder } from "./call-builder.ts";
import { capabilityFor, linkFor, linkMs } from "./preview-access.ts";
import { originOf } from "./preview-host.ts";
import { selectAccess } from "./store.ts";

/**
 * Builds the app at a revision, by default the head, and creates a short-lived link to it. A failed build is returned,
 * not thrown: its page shows the diagnostics.
 * @throws AppError `not_found`
 */
export async function startPreview(
  context: Context,
  builder: BuilderRpc,
  { projectId, revision }: { projectId: string; revision?: number | undefined },
): Promise<Preview> {
  const { config } = context;
  const { head } = await getProject(context, projectId);
  const at = revision ?? head;
  if (at > head) throw new AppError("not_found", "Revision not found.");
  // Skips the type check, so that the first view does not wait for it.
  const [build, [access]] = await Promise.all([
    capabilityFor(config, projectId, at).then((capability) =>
      callBuilder(context, projectId, () => builder.prepare(capability, projectId, at)),
    ),
    executeIdempotent(selectAccess(context.database, projectId, "")),
  ]);
  if (!access) throw new AppError("not_found", "Project not found.");
  const expires = Date.now() + linkMs;
  const token = await linkFor(config, { projectId, revision: at, epoch: access.epoch }, expires);
  const url = `${originOf(config, projectId)}/__edgesmith/enter?token=${encodeURIComponent(token)}`;
  return { url, revision: at, expiresAt: new Date(expires).toISOString(), build };
}
