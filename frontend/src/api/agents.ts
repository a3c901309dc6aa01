import { api, read } from "./client.ts";

/** Lists the built-in agents and the project's custom ones. */
/** Lists the models that a prompt can name, with their prices. */
export const listModels = () => read(api.GET("/v1/models"));
export const listAgents = (projectId: string) =>
  read(api.GET("/v1/agents", { params: { query: { projectId, limit: "100" } } }));

export const getAgent = (projectId: string, name: string) =>
  read(api.GET("/v1/agents/{name}", { params: { path: { name }, query: { projectId } } }));

const own = (id: string, name: string) => ({ params: { path: { id, name } } });
export const putAgent = (projectId: string, name: string, content: string) =>
  read(api.PUT("/v1/projects/{id}/agents/{name}", { ...own(projectId, name), body: { content } }));
export const deleteAgent = (projectId: string, name: string) =>
  read(api.DELETE("/v1/projects/{id}/agents/{name}", own(projectId, name)));
