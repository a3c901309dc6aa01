import { builtIn, routerOf } from "../agents/index.ts";
import { type Agent, type AgentSummary, agentRoutes } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { callerOf } from "./caller.ts";
import { guarded } from "./guards.ts";
import { newRouter } from "./router.ts";

const summaryOf = ({ prompt: _, ...summary }: Agent): AgentSummary => summary;
const router = routerOf(builtIn);

export function agentRouter() {
  return newRouter()
    .openapi(guarded(agentRoutes.listAgents), (c) => {
      const data = builtIn.list().map(summaryOf);
      return c.json({ data, pagination: { hasMore: false, nextCursor: null, limit: data.length } }, 200);
    })
    .openapi(guarded(agentRoutes.getAgent), (c) => {
      const agent = builtIn.find(c.req.valid("param").name);
      if (!agent) throw new AppError("not_found", "There is no such agent.");
      return c.json(agent, 200);
    })
    .openapi(guarded(agentRoutes.routePrompt), async (c) => {
      const { prompt, projectId } = c.req.valid("json");
      if (projectId !== undefined) await getProject(callerOf(c), projectId);
      return c.json(router.route(prompt), 200);
    });
}
