import { idOf } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, jsonBody, z } from "./route.ts";
import { text } from "./text.ts";

export const modelTier = z.enum(["fast", "balanced", "deep"]);
export type ModelTier = z.infer<typeof modelTier>;

export const agentSummary = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    keywords: z.array(z.string()),
    examples: z.array(z.string()),
    tools: z.array(z.string()),
    model: modelTier,
    projectId: idOf("project").optional().openapi({ description: "The project of a custom agent." }),
  })
  .openapi("AgentSummary");
export type AgentSummary = z.infer<typeof agentSummary>;

export const agent = agentSummary.extend({ prompt: z.string() }).openapi("Agent");
export type Agent = z.infer<typeof agent>;

export type ModelChoice = z.infer<typeof shapes.modelChoice>;

export const routing = z
  .object({
    agent: z.string(),
    confidence: z.number().min(0).max(1),
    reason: z.string(),
    method: z.enum(["mention", "lexical", "model"]),
    candidates: z.array(z.object({ agent: z.string(), score: z.number() })),
  })
  .openapi("Routing");
export type Routing = z.infer<typeof routing>;

export const maxPromptLength = 32_000;
export const promptText = text()
  .max(maxPromptLength)
  .refine((prompt) => prompt.trim() !== "", { message: "is empty", params: { code: "empty_prompt" } });

/** The maximum size of a project agent's Markdown file, in bytes. */
export const maxAgentBytes = 16_384;
export const maxOwnAgents = 20;

const shapes = lazily(() => {
  const price = z.number().openapi({ description: "US dollars per million tokens." });
  const modelChoice = z
    .object({
      tier: modelTier.openapi({ description: "The name by which an agent or a run asks for the model." }),
      model: z.string().openapi({ description: "The model's id at its server.", example: "claude-sonnet-5-5" }),
      price: z
        .union([z.object({ input: price, output: price }), z.null()])
        .openapi({ description: "Null when it is unknown." }),
    })
    .openapi("ModelChoice");
  const ofProject = z.object({ projectId: idOf("project").optional() });
  const ownAgent = z.object({ id: idOf("project"), name: z.string().max(63) });
  const agentInput = z.strictObject({
    content: text().openapi({ description: "A Markdown file: front matter between two lines of ---, and the prompt." }),
  });

  return { modelChoice, ofProject, ownAgent, agentInput };
});

export const agentRoutes = lazily(() => ({
  listAgents: defineRoute({
    method: "get",
    path: "/v1/agents",
    access: "public",
    limit: "read",
    tags: ["Agents"],
    summary: "The agents that a run can use; with projectId including the project's custom agents",
    request: { query: pageQuery.extend(shapes.ofProject.shape) },
    responses: { 200: json(pageOf(agentSummary), "A page of agents"), ...problems(400, 401, 403, 404, 422) },
  }),
  listModels: defineRoute({
    method: "get",
    path: "/v1/models",
    access: "runs:read",
    limit: "read",
    tags: ["Agents"],
    summary: "The model of each tier, with its price; a run can name a tier",
    responses: {
      200: json(z.object({ data: z.array(shapes.modelChoice) }), "The models, from the fast to the deep"),
      ...problems(401, 403),
    },
  }),
  getAgent: defineRoute({
    method: "get",
    path: "/v1/agents/{name}",
    access: "public",
    limit: "read",
    tags: ["Agents"],
    summary: "One agent with its prompt",
    request: { params: z.object({ name: z.string() }), query: shapes.ofProject },
    responses: { 200: json(agent, "The agent"), ...problems(401, 404, 422) },
  }),
  putAgent: defineRoute({
    method: "put",
    path: "/v1/projects/{id}/agents/{name}",
    access: "projects:write",
    role: "editor",
    audit: "agent.put",
    limit: "write",
    tags: ["Agents"],
    summary:
      "Add a custom agent to a project, or replace it; an agent with a built-in agent's name overrides it in the project",
    request: {
      params: shapes.ownAgent,
      // Optional in the schema: `required` would make the generator parse a Markdown body as JSON.
      body: {
        content: {
          "application/json": { schema: shapes.agentInput },
          "text/markdown": { schema: z.string().openapi({ description: "The file itself" }) },
        },
      },
    },
    responses: { 200: json(agent, "The parsed agent"), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  }),
  deleteAgent: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/agents/{name}",
    access: "projects:write",
    role: "editor",
    audit: "agent.deleted",
    limit: "write",
    tags: ["Agents"],
    summary: "Delete a project's custom agent",
    request: { params: shapes.ownAgent },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404) },
  }),
  routePrompt: defineRoute({
    method: "post",
    path: "/v1/agents/route",
    access: "runs:write",
    limit: "write",
    tags: ["Agents"],
    summary: "The agent that would get a prompt, and the reason",
    request: { body: jsonBody(z.strictObject({ prompt: promptText, projectId: idOf("project").optional() })) },
    responses: { 200: json(routing, "The choice"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
}));
