import type { Context } from "../accounts/index.ts";
import { checkRequestedHost, describeAccess } from "../app-environment/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import { AppError, isAppError } from "../errors.ts";
import { capabilityFor, type PageViewer, requireAnswer, viewPage } from "../preview/index.ts";
import { applyBatch, findBatch, getProject, getRevision, listFiles, readFile, readSources } from "../projects/index.ts";
import type { Workspace } from "./ports.ts";

/** The number of newest log lines that are searched for errors of pages. */
const newestLines = 200;

/**
 * Returns a project as the agent's tools access it: through the modules of projects and previews, with the permissions
 * of the run's owner.
 * @param context its actor is the agent, so that revisions name the agent as their author
 * @param parts the preview Worker, and the browser that views pages, if the installation has one
 */
export function projectWorkspace(
  context: Context,
  { builder, viewer }: { builder: BuilderRpc; viewer: PageViewer | null },
  { projectId, runId }: { projectId: string; runId: string },
): Workspace {
  const { config, database } = context;
  const head = async () => (await getProject(context, projectId)).head;
  const atHead = async () => {
    const revision = await head();
    return [await capabilityFor(config, projectId, revision), projectId, revision] as const;
  };
  return {
    head,
    async listFiles() {
      const { revision, data } = await listFiles(context, { projectId });
      return { revision, files: data };
    },
    async readFile(path) {
      try {
        return await readFile(context, { projectId, path });
      } catch (error) {
        if (isAppError(error, "not_found")) return null;
        throw error;
      }
    },
    readTree: async (revision) => (await readSources(database, projectId, revision)).files,
    applyBatch: ({ opId, ...input }) => applyBatch(context, { projectId, opId, runId, input }),
    findBatch: (opId) => findBatch(database, opId),
    async check() {
      const place = await atHead();
      return (await requireAnswer(builder.build(...place))).diagnostics;
    },
    async request(request) {
      const place = await atHead();
      return requireAnswer(builder.request(...place, request));
    },
    async logs(limit) {
      await getProject(context, projectId);
      return requireAnswer(builder.logs(projectId, limit));
    },
    async browserErrors() {
      const revision = await head();
      if (revision === 0) return [];
      const { createdAt } = await getRevision(context, projectId, String(revision));
      const lines = await requireAnswer(builder.logs(projectId, newestLines));
      return lines.filter(
        ({ source, level, at }) =>
          source === "browser" && (level === "error" || level === "warn") && Date.parse(at) >= Date.parse(createdAt),
      );
    },
    async viewPage(look) {
      if (viewer === null) throw new AppError("dependency_down", "This installation has no browser.");
      return viewPage({ config, database, builder, viewer }, { projectId, revision: await head() }, look);
    },
    packageInfo: (query) => requireAnswer(builder.packageInfo(query)),
    access: () => describeAccess({ database, ownerId: context.actor.ownerId, projectId }),
    checkHost: async (host) => checkRequestedHost(context, host),
  };
}
