import type { AppKind, EnvironmentTarget, GrantInput } from "../../../worker/contract/index.ts";
import { api, read } from "./client.ts";

const all = { limit: "100" };
const ofProject = (id: string) => ({ params: { path: { id }, query: all } });
const named = (id: string, name: string) => ({ params: { path: { id, name } } });
const oneTarget = (id: string, name: string, target: EnvironmentTarget) => ({
  params: { path: { id, name }, query: { target } },
});

export type TargetInput = { value: string; target: EnvironmentTarget };
export type NewGrant = Omit<GrantInput, "target"> & { target: EnvironmentTarget };

export const listVariables = (id: string) => read(api.GET("/v1/projects/{id}/variables", ofProject(id)));
export const putVariable = (id: string, name: string, body: TargetInput) =>
  read(api.PUT("/v1/projects/{id}/variables/{name}", { ...named(id, name), body }));
export const deleteVariable = (id: string, name: string, target: EnvironmentTarget) =>
  read(api.DELETE("/v1/projects/{id}/variables/{name}", oneTarget(id, name, target)));

export const listSecrets = (id: string) => read(api.GET("/v1/projects/{id}/secrets", ofProject(id)));
export const putSecret = (id: string, name: string, body: TargetInput) =>
  read(api.PUT("/v1/projects/{id}/secrets/{name}", { ...named(id, name), body }));
export const deleteSecret = (id: string, name: string, target: EnvironmentTarget) =>
  read(api.DELETE("/v1/projects/{id}/secrets/{name}", oneTarget(id, name, target)));

export const listGrants = (id: string) => read(api.GET("/v1/projects/{id}/grants", ofProject(id)));
export const createGrant = (id: string, body: NewGrant) =>
  read(api.POST("/v1/projects/{id}/grants", { params: { path: { id } }, body }));
export const deleteGrant = (id: string, grantId: string) =>
  read(api.DELETE("/v1/projects/{id}/grants/{grantId}", { params: { path: { id, grantId } } }));

/** Reads which providers the app's visitors may sign in with. */
export const getSignInSettings = (id: string) =>
  read(api.GET("/v1/projects/{id}/sign-in", { params: { path: { id } } }));

/** Runs an alarm or a cron now, and waits until it has finished. */
export const runSchedule = (id: string, scheduleId: string, target: AppKind) =>
  read(
    api.POST("/v1/projects/{id}/schedules/{scheduleId}/run", {
      params: { path: { id, scheduleId } },
      body: { target },
    }),
  );

/** Lists an app's pending alarms and crons, earliest first. */
export const listSchedules = (id: string, target: AppKind) =>
  read(api.GET("/v1/projects/{id}/schedules", { params: { path: { id }, query: { ...all, target } } }));
