import { getSignInSettings } from "../../app-environment/index.ts";
import { peopleRoutes, signInRoutes } from "../../contract/index.ts";
import {
  getVisitorAccess,
  invitePerson,
  listPeople,
  putVisitorAccess,
  removePerson,
  updatePerson,
} from "../../preview/index.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of the people of generated apps. */
export function peopleRouter() {
  return newRouter()
    .openapi(withPolicies(peopleRoutes.listPeople), async (c) => {
      const { id: projectId, target } = c.req.valid("param");
      const page = pageRequestOf(c, c.req.valid("query"));
      return c.json(await listPeople(requestContext(c), c.env.PREVIEW, { projectId, target }, page), 200);
    })
    .openapi(withPolicies(peopleRoutes.invitePerson), async (c) => {
      const { id: projectId, target } = c.req.valid("param");
      const app = { projectId, target };
      return c.json(await invitePerson(requestContext(c), c.env.PREVIEW, app, c.req.valid("json")), 201);
    })
    .openapi(withPolicies(peopleRoutes.updatePerson), async (c) => {
      const { id: projectId, target, personId } = c.req.valid("param");
      const one = { projectId, target, personId };
      return c.json(await updatePerson(requestContext(c), c.env.PREVIEW, one, c.req.valid("json")), 200);
    })
    .openapi(withPolicies(peopleRoutes.removePerson), async (c) => {
      const { id: projectId, target, personId } = c.req.valid("param");
      await removePerson(requestContext(c), c.env.PREVIEW, { projectId, target, personId });
      return c.body(null, 204);
    })
    .openapi(withPolicies(peopleRoutes.getVisitorAccess), async (c) => {
      const access = await getVisitorAccess(requestContext(c), c.env.PREVIEW, c.req.valid("param").id);
      return c.json({ access }, 200);
    })
    .openapi(withPolicies(peopleRoutes.putVisitorAccess), async (c) => {
      const { access } = c.req.valid("json");
      return c.json(
        { access: await putVisitorAccess(requestContext(c), c.env.PREVIEW, c.req.valid("param").id, access) },
        200,
      );
    })
    .openapi(withPolicies(signInRoutes.getSignInSettings), async (c) =>
      c.json(await getSignInSettings(requestContext(c), c.req.valid("param").id), 200),
    );
}
