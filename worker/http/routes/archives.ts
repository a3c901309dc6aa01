import { projectRoutes } from "../../contract/index.ts";
import { AppError, isAppError } from "../../errors.ts";
import { archiveProject, forkProject, importProject, importRepository, projectEtag } from "../../projects/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { isFresh } from "./etag.ts";
import { extendedValue } from "./extended-value.ts";
import { newRouter } from "./new-router.ts";

/** Routes that import, fork and export whole projects. */
export function archiveRouter() {
  return newRouter()
    .openapi(withPolicies(projectRoutes.forkProject), async (c) => {
      const input = { id: c.req.valid("param").id, name: c.req.valid("json").name };
      const project = await forkProject(requestContext(c), input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      c.header("ETag", projectEtag(project));
      c.header("Location", `/v1/projects/${project.id}`);
      return c.json(project, 201);
    })
    .openapi(withPolicies(projectRoutes.archiveProject), async (c) => {
      const input = { projectId: c.req.valid("param").id, revision: c.req.valid("query").revision };
      const archive = await archiveProject(requestContext(c), input);
      if (isFresh(c, `"zip-${archive.revision}"`)) return c.body(null, 304);
      const headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": `attachment; filename*=UTF-8''${extendedValue(archive.name)}-${archive.revision}.zip`,
      };
      // A HEAD response has no reader, and the writer would wait for one.
      if (c.req.method === "HEAD") return c.body(null, 200, headers);
      const { stream, written } = await archive.open();
      // A reader that disconnects ends the writer with its own error. An AppError is our fault: it truncates the archive
      // and is reported.
      c.executionCtx.waitUntil(
        written.catch((error: unknown) => {
          if (isAppError(error)) c.get("reporter").capture(error, { requestId: c.get("requestId"), code: error.code });
        }),
      );
      return c.body(stream, 200, headers);
    })
    .openapi(withPolicies(projectRoutes.importProject), async (c) => {
      if (!/^application\/(zip|gzip) *(;|$)/i.test(c.req.header("content-type") ?? "")) {
        throw new AppError("unsupported_media_type", "The body must be application/zip or application/gzip.");
      }
      const { name = "Imported project" } = c.req.valid("query");
      const archive = new Uint8Array(await c.req.arrayBuffer());
      const project = await importProject(requestContext(c), { name, archive }, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      c.header("ETag", projectEtag(project));
      c.header("Location", `/v1/projects/${project.id}`);
      return c.json(project, 201);
    })
    .openapi(withPolicies(projectRoutes.importRepository), async (c) => {
      const project = await importRepository(requestContext(c), c.req.valid("json"), c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      c.header("ETag", projectEtag(project));
      c.header("Location", `/v1/projects/${project.id}`);
      return c.json(project, 201);
    });
}
