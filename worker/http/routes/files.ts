import { Buffer } from "node:buffer";
import { searchProject } from "../../agents/index.ts";
import { type FileContent, fileRoutes } from "../../contract/index.ts";
import { requireDataBefore } from "../../preview/index.ts";
import {
  commitBatch,
  diffRevisions,
  edgeCache,
  getRevision,
  listFiles,
  listRevisions,
  readBlob,
  readFile,
  restoreRevision,
} from "../../projects/index.ts";
import { publishRevision } from "../../runs/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import { prefersType } from "../middleware/prefers-type.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { isFresh, resolveIfMatch } from "./etag.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";
import { restoreData } from "./restore-data.ts";

/** Routes of files, batches, revisions and diffs. */
export function fileRouter() {
  return newRouter()
    .openapi(withPolicies(fileRoutes.listFiles), async (c) => {
      const { revision } = c.req.valid("query");
      const tree = await listFiles(requestContext(c), { projectId: c.req.valid("param").id, revision });
      return isFresh(c, `"tree-${tree.revision}"`) ? c.body(null, 304) : c.json(tree, 200);
    })
    .openapi(withPolicies(fileRoutes.readFile), async (c) => {
      const { id, path } = c.req.valid("param");
      const file = await readFile(requestContext(c), { projectId: id, path, revision: c.req.valid("query").revision });
      // The two representations have two ETags: the bytes' hash; for JSON also the revision in which the file got this
      // content.
      c.header("Vary", "Accept");
      const bytes = prefersType(c, "application/octet-stream");
      if (isFresh(c, bytes ? `"${file.sha256}"` : `"${file.revision}-${file.sha256}"`)) return c.body(null, 304);
      return bytes ? c.body(bytesOf(file), 200, { "Content-Type": "application/octet-stream" }) : c.json(file, 200);
    })
    .openapi(withPolicies(fileRoutes.applyBatch), async (c) => {
      const { id } = c.req.valid("param");
      const input = c.req.valid("json");
      const batch = { projectId: id, opId: c.get("opId"), input, ifMatch: await resolveIfMatch(c, id) };
      const { result, etag } = await commitBatch(requestContext(c), batch);
      if (etag !== null) c.header("ETag", etag);
      c.executionCtx.waitUntil(
        Promise.all([wakeDeliveries(c.env), publishRevision(requestContext(c), c.env, id, result)]),
      );
      return c.json(result, 201);
    })
    .openapi(withPolicies(fileRoutes.readBlob), async (c) => {
      const { id, sha256 } = c.req.valid("param");
      const cache = edgeCache(caches.default, (work) => c.executionCtx.waitUntil(work));
      const blob = await readBlob(requestContext(c), { projectId: id, sha256 }, cache);
      return isFresh(c, `"${blob.sha256}"`, "private, max-age=31536000, immutable")
        ? c.body(null, 304)
        : c.json(blob, 200);
    })
    .openapi(withPolicies(fileRoutes.listRevisions), async (c) => {
      const filter = c.req.valid("query");
      return c.json(
        await listRevisions(requestContext(c), c.req.valid("param").id, pageRequestOf(c, filter), filter),
        200,
      );
    })
    .openapi(withPolicies(fileRoutes.getRevision), async (c) => {
      const { id, n } = c.req.valid("param");
      return c.json(await getRevision(requestContext(c), id, n), 200);
    })
    .openapi(withPolicies(fileRoutes.searchFiles), async (c) => {
      const { q, regex } = c.req.valid("query");
      const input = { projectId: c.req.valid("param").id, q, regex: regex === "true" };
      return c.json(await searchProject(requestContext(c), input), 200);
    })
    .openapi(withPolicies(fileRoutes.diffRevisions), async (c) => {
      const { from, to } = c.req.valid("query");
      return c.json(await diffRevisions(requestContext(c), { projectId: c.req.valid("param").id, from, to }), 200);
    })
    .openapi(withPolicies(fileRoutes.restoreRevision), async (c) => {
      const { id, n } = c.req.valid("param");
      const context = requestContext(c);
      const takesData = c.req.valid("json").data === true;
      if (takesData) await requireDataBefore(context, c.env.PREVIEW, id, Number(n));
      const { result, etag } = await restoreRevision(context, { projectId: id, number: n }, c.get("opId"));
      if (etag !== null) c.header("ETag", etag);
      c.executionCtx.waitUntil(Promise.all([wakeDeliveries(c.env), publishRevision(context, c.env, id, result)]));
      // Code first: after a failure in between, the client repeats the request, which commits nothing twice.
      if (!takesData) return c.json(result, 201);
      return c.json({ ...result, data: await restoreData(c, id, Number(n)) }, 201);
    });
}

const bytesOf = ({ content, encoding }: FileContent): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(content, encoding === "base64" ? "base64" : "utf8"));
