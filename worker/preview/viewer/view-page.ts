import type { Config } from "../../config/index.ts";
import type { BuilderRpc } from "../../contract/index.ts";
import { type Database, executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { requireAnswer } from "../call-builder.ts";
import { capabilityFor, linkFor } from "../preview-access.ts";
import { originOf } from "../preview-host.ts";
import { selectAccess } from "../store.ts";
import type { PageView, PageViewer, PageVisit } from "./page-viewer.ts";

/** The lifetime of a viewer's link, which is used at once. */
const linkMs = 60_000;

type Dependencies = { config: Config; database: Database; builder: BuilderRpc; viewer: PageViewer };
type Place = { projectId: string; revision: number };

/** A view of a path of the app: `PageVisit` without its addresses. */
export type PageLook = Omit<PageVisit, "link" | "origin"> & { path: string };

/**
 * Views a page of a project's preview in a browser. The browser gets a link that admits it to this preview, once, and no
 * other credential.
 * @throws AppError `build_failed` when the app does not build, `dependency_down` without a browser, `not_found`
 */
export async function viewPage(
  { config, database, builder, viewer }: Dependencies,
  { projectId, revision }: Place,
  { path, ...look }: PageLook,
): Promise<PageView> {
  // Built first, since the time limit of a view is too short to fetch an app's packages.
  const capability = await capabilityFor(config, projectId, revision);
  const build = await requireAnswer(builder.prepare(capability, projectId, revision));
  if (!build.ok) throw new AppError("build_failed", "The app does not build, so there is no page: run check.");
  const [access] = await executeIdempotent(selectAccess(database, projectId, ""));
  if (!access) throw new AppError("not_found", "Project not found.");
  const token = await linkFor(config, { projectId, revision, epoch: access.epoch }, Date.now() + linkMs);
  const origin = originOf(config, projectId);
  const link = `${origin}/__edgesmith/enter?${new URLSearchParams({ token, to: path })}`;
  return viewer.view({ ...look, link, origin });
}
