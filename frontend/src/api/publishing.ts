import type { PersonInput, PersonUpdate, VisitorAccess } from "../../../worker/contract/index.ts";
import { api, at, read } from "./client.ts";

const withId = (id: string) => ({ params: { path: { id } } });
const allOf = (id: string) => ({ params: { path: { id }, query: { limit: "100" } } });
const withHost = (id: string, host: string) => ({ params: { path: { id, host } } });
const person = ({ id, target }: AppOf, personId: string) => ({ params: { path: { id, target, personId } } });

/** The published or the staged app of a project. */
export type AppOf = { id: string; target: "public" | "staging" };

export const getPublishedName = (id: string) => read(api.GET("/v1/projects/{id}/publish/name", withId(id)));
export const putPublishedName = (id: string, name: string) =>
  read(api.PUT("/v1/projects/{id}/publish/name", { ...withId(id), body: { name } }));
export const releasePublishedName = (id: string) => read(api.DELETE("/v1/projects/{id}/publish/name", withId(id)));

/** Lists the last ten publications, newest first. */
export const listPublishedVersions = (id: string) => read(api.GET("/v1/projects/{id}/publish/versions", allOf(id)));
export const restorePublishedVersion = (id: string, number: number) =>
  read(
    api.POST("/v1/projects/{id}/publish/versions/{number}/restore", {
      params: { path: { id, number: String(number) } },
    }),
  );

export const getStagedApp = (id: string) => read(api.GET("/v1/projects/{id}/publish/staging", withId(id)));
export const stageProject = (id: string, revision: number) =>
  read(api.POST("/v1/projects/{id}/publish/staging", { ...withId(id), body: { revision } }));
/** Publishes the staged build, provided that it is still the build of this revision. */
export const promoteStagedApp = (id: string, revision: number) =>
  read(api.POST("/v1/projects/{id}/publish/staging/promote", { ...withId(id), body: { revision } }));
export const discardStagedApp = (id: string) => read(api.DELETE("/v1/projects/{id}/publish/staging", withId(id)));

export const listDomains = (id: string) => read(api.GET("/v1/projects/{id}/publish/domains", allOf(id)));
/** Attaches a domain, or, for an attached domain, requests its current state from the provider. */
export const putDomain = (id: string, host: string) =>
  read(api.PUT("/v1/projects/{id}/publish/domains/{host}", withHost(id, host)));
export const deleteDomain = (id: string, host: string) =>
  read(api.DELETE("/v1/projects/{id}/publish/domains/{host}", withHost(id, host)));

export const getVisitorAccess = (id: string) => read(api.GET("/v1/projects/{id}/publish/access", withId(id)));
export const putVisitorAccess = (id: string, access: VisitorAccess) =>
  read(api.PUT("/v1/projects/{id}/publish/access", { ...withId(id), body: { access } }));

export const getCopying = (id: string) => read(api.GET("/v1/projects/{id}/publish/copying", withId(id)));
export const putCopying = (id: string, allowed: boolean) =>
  read(api.PUT("/v1/projects/{id}/publish/copying", { ...withId(id), body: { allowed } }));

/** Reads a published app that allows copies. */
export const getPublishedApp = (host: string) => read(api.GET("/v1/published/{host}", { params: { path: { host } } }));
export const copyPublishedApp = (host: string) =>
  read(api.POST("/v1/published/{host}/copy", { params: { path: { host } }, body: {} }));

/** Lists the people of an app, oldest first. */
export const listPeople = (app: AppOf, cursor: string | null) =>
  read(
    api.GET("/v1/projects/{id}/people/{target}", {
      params: { path: app, query: { limit: "50", ...at(cursor) } },
    }),
  );
export const invitePerson = (app: AppOf, body: PersonInput) =>
  read(api.POST("/v1/projects/{id}/people/{target}", { params: { path: app }, body }));
export const updatePerson = (app: AppOf, personId: string, body: PersonUpdate) =>
  read(api.PATCH("/v1/projects/{id}/people/{target}/{personId}", { ...person(app, personId), body }));
export const removePerson = (app: AppOf, personId: string) =>
  read(api.DELETE("/v1/projects/{id}/people/{target}/{personId}", person(app, personId)));

export const getVisits = (id: string, from: string) =>
  read(api.GET("/v1/projects/{id}/publish/visits", { params: { path: { id }, query: { from } } }));

/** Lists the log entries of the published or staged app's server, newest first. */
export const readServerLogs = (id: string, app: "published" | "staged", cursor: string | null) =>
  read(
    api.GET("/v1/projects/{id}/preview/logs", {
      params: { path: { id }, query: { limit: "50", order: "desc", app, ...at(cursor) } },
    }),
  );
