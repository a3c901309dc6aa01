import type { AccountUpdate, AlertInput, MetricName, SpendQuery } from "../../../worker/contract/index.ts";
import { api, at, read } from "./client.ts";

const page = (cursor: string | null) => ({ params: { query: at(cursor) } });
const named = (name: string) => ({ params: { path: { name } } });
const withId = (id: string) => ({ params: { path: { id } } });

export const getOverview = () => read(api.GET("/v1/admin/overview"));

/** Returns a metric from `from` until now, in steps of `step` seconds. */
export const getMetric = (query: { metric: MetricName; from: string; step: number }) =>
  read(api.GET("/v1/admin/metrics", { params: { query } }));

export const getSpend = (query: { from: string; groupBy: SpendQuery["groupBy"] }) =>
  read(api.GET("/v1/admin/spend", { params: { query } }));

export const listOpenRuns = (cursor: string | null) => read(api.GET("/v1/admin/runs", page(cursor)));

export const listAlerts = () => read(api.GET("/v1/admin/alerts", { params: { query: { limit: "100" } } }));
export const putAlert = (name: string, body: AlertInput) =>
  read(api.PUT("/v1/admin/alerts/{name}", { ...named(name), body }));
export const deleteAlert = (name: string) => read(api.DELETE("/v1/admin/alerts/{name}", named(name)));
export const listAlertEvents = (cursor: string | null) => read(api.GET("/v1/admin/alert-events", page(cursor)));

export const listAccounts = (q: string, cursor: string | null) =>
  read(api.GET("/v1/admin/accounts", { params: { query: { ...(q === "" ? {} : { q }), ...at(cursor) } } }));
export const updateAccount = (id: string, body: AccountUpdate) =>
  read(api.PATCH("/v1/admin/accounts/{id}", { ...withId(id), body }));
export const signOutAccount = (id: string) => read(api.POST("/v1/admin/accounts/{id}/sign-out", withId(id)));

export const deleteAccount = (id: string, email: string) =>
  read(api.POST("/v1/admin/accounts/{id}/delete", { ...withId(id), body: { email } }));

export const getTrace = (requestId: string) =>
  read(api.GET("/v1/admin/traces/{requestId}", { params: { path: { requestId } } }));

export const listPublications = (cursor: string | null) => read(api.GET("/v1/admin/publications", page(cursor)));
export const takeDown = (projectId: string) =>
  read(api.DELETE("/v1/admin/publications/{projectId}", { params: { path: { projectId } } }));
