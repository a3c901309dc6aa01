import type { Context as HonoContext } from "hono";
import { builtIn, deleteAgent, listAgents, projectRegistry, putAgent, type Registry } from "../agents/index.ts";
import { agentRoutes } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { routePrompt } from "../runs/index.ts";
import { callerOf } from "./caller.ts";
import type { AppEnv } from "./environment.ts";
import { guarded } from "./guards.ts";
import { paged } from "./paged.ts";
import { newRouter } from "./router.ts";
import { refuseOtherCharset, textIn } from "./strict-body.ts";

export function agentRouter() {
  return newRouter()
    .openapi(guarded(agentRoutes.listAgents), async (c) => {
      const query = c.req.valid("query");
      const page = paged(c, query);
      return c.json(listAgents(await shownRegistry(c, query.projectId), page), 200);
    })
    .openapi(guarded(agentRoutes.getAgent), async (c) => {
      const registry = await shownRegistry(c, c.req.valid("query").projectId);
      const agent = registry.find(c.req.valid("param").name);
      if (!agent) throw new AppError("not_found", "There is no such agent.");
      return c.json(agent, 200);
    })
    .openapi(guarded(agentRoutes.routePrompt), async (c) => {
      const { prompt, projectId } = c.req.valid("json");
      const registry = await registryFor(c, projectId);
      return c.json(await routePrompt(callerOf(c), { registry, projectId, prompt }), 200);
    })
    .openapi(guarded(agentRoutes.putAgent), async (c) => {
      const { id, name } = c.req.valid("param");
      const content = await contentOf(c, c.req.valid("json"));
      return c.json(await putAgent(callerOf(c), { projectId: id, name, content }), 200);
    })
    .openapi(guarded(agentRoutes.deleteAgent), async (c) => {
      const { id, name } = c.req.valid("param");
      await deleteAgent(callerOf(c), id, name);
      return c.body(null, 204);
    });
}

/** Everybody may see the built-in agents; a project's own need what reading the project needs. */
async function shownRegistry(c: HonoContext<AppEnv>, projectId: string | undefined): Promise<Registry> {
  if (projectId === undefined) return builtIn;
  const { actor } = callerOf(c);
  if (actor.kind === "token" && !actor.scopes.includes("projects:read")) {
    throw new AppError("insufficient_scope", "This token does not have the scope projects:read.", {
      members: { scope: "projects:read" },
    });
  }
  return registryFor(c, projectId);
}

/** The agents of a project of the caller's; 404 where it is another's. */
export async function registryFor(c: HonoContext<AppEnv>, projectId: string | undefined): Promise<Registry> {
  if (projectId === undefined) return builtIn;
  const context = callerOf(c);
  const [registry] = await Promise.all([projectRegistry(context, projectId), getProject(context, projectId)]);
  return registry;
}

/** An agent's file as it lies, or inside JSON. */
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
