import { publicationRoutes, visitRoutes } from "../../contract/index.ts";
import {
  deleteDomain,
  discardStagedApp,
  getDomain,
  getPublishedName,
  getStagedApp,
  getVisits,
  listDomains,
  listPublishedVersions,
  promoteStagedApp,
  putDomain,
  putPublishedName,
  releasePublishedName,
  restorePublishedVersion,
  stageProject,
} from "../../preview/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of a publication's names, versions, staging and domains. */
export function publicationRouter() {
  return newRouter()
    .openapi(withPolicies(publicationRoutes.getPublishedName), async (c) =>
      c.json(await getPublishedName(requestContext(c), c.req.valid("param").id), 200),
    )
    .openapi(withPolicies(publicationRoutes.putPublishedName), async (c) => {
      const { name } = c.req.valid("json");
      return c.json(await putPublishedName(requestContext(c), c.req.valid("param").id, name), 200);
    })
    .openapi(withPolicies(publicationRoutes.deletePublishedName), async (c) => {
      await releasePublishedName(requestContext(c), c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(withPolicies(publicationRoutes.listPublishedVersions), async (c) => {
      const page = pageRequestOf(c, c.req.valid("query"));
      return c.json(await listPublishedVersions(requestContext(c), c.req.valid("param").id, page), 200);
    })
    .openapi(withPolicies(publicationRoutes.restorePublishedVersion), async (c) => {
      const { id: projectId, number } = c.req.valid("param");
      const input = { projectId, number };
      const published = await restorePublishedVersion(requestContext(c), c.env.PREVIEW, input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(published, 200);
    })
    .openapi(withPolicies(publicationRoutes.getStagedApp), async (c) =>
      c.json({ staged: await getStagedApp(requestContext(c), c.req.valid("param").id) }, 200),
    )
    .openapi(withPolicies(publicationRoutes.stageProject), async (c) => {
      const input = { projectId: c.req.valid("param").id, ...c.req.valid("json") };
      const staged = await stageProject(requestContext(c), c.env.PREVIEW, input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(staged, 200);
    })
    .openapi(withPolicies(publicationRoutes.promoteStagedApp), async (c) => {
      const input = { projectId: c.req.valid("param").id, ...c.req.valid("json") };
      const published = await promoteStagedApp(requestContext(c), c.env.PREVIEW, input, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      return c.json(published, 200);
    })
    .openapi(withPolicies(publicationRoutes.discardStagedApp), async (c) => {
      await discardStagedApp(requestContext(c), c.env.PREVIEW, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(withPolicies(visitRoutes.getVisits), async (c) => {
      const input = { projectId: c.req.valid("param").id, ...c.req.valid("query") };
      return c.json(await getVisits(requestContext(c), c.env.PREVIEW, input), 200);
    })
    .openapi(withPolicies(publicationRoutes.listDomains), async (c) => {
      const page = pageRequestOf(c, c.req.valid("query"));
      return c.json(await listDomains(requestContext(c), c.req.valid("param").id, page), 200);
    })
    .openapi(withPolicies(publicationRoutes.getDomain), async (c) => {
      const { id: projectId, host } = c.req.valid("param");
      return c.json(await getDomain(requestContext(c), { projectId, host }), 200);
    })
    .openapi(withPolicies(publicationRoutes.putDomain), async (c) => {
      const { id: projectId, host } = c.req.valid("param");
      return c.json(await putDomain(requestContext(c), { projectId, host }), 200);
    })
    .openapi(withPolicies(publicationRoutes.deleteDomain), async (c) => {
      const { id: projectId, host } = c.req.valid("param");
      await deleteDomain(requestContext(c), { projectId, host });
      return c.body(null, 204);
    });
}
