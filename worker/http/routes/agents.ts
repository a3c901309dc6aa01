import type { Context as HonoContext } from "hono";
import { type AgentRegistry, builtIn, deleteAgent, listAgents, projectRegistry, putAgent } from "../../agents/index.ts";
import { modelChoices } from "../../billing/index.ts";
import { agentRoutes } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { getProject } from "../../projects/index.ts";
import { routePrompt } from "../../runs/index.ts";
import type { AppEnv } from "../environment.ts";
import { requireOwnersStanding, requireRole } from "../middleware/project-role.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { refuseOtherCharset, textIn } from "../middleware/strict-body.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of the built-in agents, a project's own agents and the agent router. */
export function agentRouter() {
  return newRouter()
    .openapi(withPolicies(agentRoutes.listAgents), async (c) => {
      const query = c.req.valid("query");
      const page = pageRequestOf(c, query);
      return c.json(listAgents(await visibleRegistry(c, query.projectId), page), 200);
    })
    .openapi(withPolicies(agentRoutes.getAgent), async (c) => {
      const registry = await visibleRegistry(c, c.req.valid("query").projectId);
      const agent = registry.find(c.req.valid("param").name);
      if (!agent) throw new AppError("not_found", "Agent not found.");
      return c.json(agent, 200);
    })
    .openapi(withPolicies(agentRoutes.listModels), (c) =>
      c.json({ data: modelChoices(requestContext(c).config.model) }, 200),
    )
    .openapi(withPolicies(agentRoutes.routePrompt), async (c) => {
      const { prompt, projectId } = c.req.valid("json");
      // The agent router may ask a model, which the project's owner pays.
      if (projectId !== undefined) await requireRole(c, { kind: "project", id: projectId }, "editor");
      requireOwnersStanding(c);
      const registry = await registryFor(c, projectId);
      return c.json(await routePrompt(requestContext(c), { registry, projectId, prompt }), 200);
    })
    .openapi(withPolicies(agentRoutes.putAgent), async (c) => {
      const { id, name } = c.req.valid("param");
      const content = await contentOf(c, c.req.valid("json"));
      return c.json(await putAgent(requestContext(c), { projectId: id, name, content }), 200);
    })
    .openapi(withPolicies(agentRoutes.deleteAgent), async (c) => {
      const { id, name } = c.req.valid("param");
      await deleteAgent(requestContext(c), id, name);
      return c.body(null, 204);
    });
}

/**
 * @returns the built-in agents, which are public, or a project's, for which a token needs `projects:read`
 * @throws AppError `insufficient_scope`, `not_found`
 */
async function visibleRegistry(c: HonoContext<AppEnv>, projectId: string | undefined): Promise<AgentRegistry> {
  if (projectId === undefined) return builtIn;
  const { actor } = requestContext(c);
  if (actor.kind === "token" && !actor.scopes.includes("projects:read")) {
    throw new AppError("insufficient_scope", "This token does not have the scope projects:read.", {
      members: { scope: "projects:read" },
    });
  }
  await requireRole(c, { kind: "project", id: projectId }, "viewer");
  return registryFor(c, projectId);
}

/**
 * @returns the agents of the caller's project; the built-in ones without a project
 * @throws AppError `not_found` for a project of another account
 */
export async function registryFor(c: HonoContext<AppEnv>, projectId: string | undefined): Promise<AgentRegistry> {
  if (projectId === undefined) return builtIn;
  const context = requestContext(c);
  const [registry] = await Promise.all([projectRegistry(context, projectId), getProject(context, projectId)]);
  return registry;
}

/** @returns an agent file's text, from a Markdown body or from a JSON member */
async function contentOf(c: HonoContext<AppEnv>, json: string | { content: string }): Promise<string> {
  const type = c.req.header("content-type") ?? "";
  if (/^application\/([\w.+-]+\+)?json\b/i.test(type)) return typeof json === "string" ? json : json.content;
  if (!/^text\/markdown\b/i.test(type)) {
    throw new AppError("unsupported_media_type", "The body must be application/json or text/markdown.");
  }
  refuseOtherCharset(c);
  const content = textIn(await c.req.arrayBuffer());
  if (content === null) throw new AppError("malformed_request", "The body is not valid UTF-8.");
  if (content.includes("\0")) throw new AppError("invalid_request", "A NUL character cannot be stored.");
  return content;
}
