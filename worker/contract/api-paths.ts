import type { z } from "@hono/zod-openapi";
import type { accountRoutes } from "./accounts.ts";
import type { adminRoutes } from "./admin.ts";
import type { agentRoutes } from "./agents.ts";
import type { appEnvironmentRoutes } from "./app-environment.ts";
import type { auditRoutes } from "./audit.ts";
import type { commentRoutes } from "./comments.ts";
import type { copyingRoutes } from "./copying.ts";
import type { dataRoutes } from "./data.ts";
import type { fileRoutes } from "./files.ts";
import type { healthRoutes } from "./health.ts";
import type { meRoutes } from "./me.ts";
import type { peopleRoutes } from "./people.ts";
import type { previewRoutes } from "./preview.ts";
import type { Problem } from "./problem.ts";
import type { projectRoutes } from "./projects.ts";
import type { publicationRoutes } from "./publications.ts";
import type { runRoutes } from "./runs.ts";
import type { scheduleRoutes } from "./schedules.ts";
import type { sharingRoutes } from "./sharing.ts";
import type { signInRoutes } from "./sign-in.ts";
import type { triggerRoutes } from "./triggers.ts";
import type { usageRoutes } from "./usage.ts";
import type { visitRoutes } from "./visits.ts";
import type { webhookRoutes } from "./webhooks.ts";

type ValueOf<T> = T[keyof T];

/** The routes that the web app calls. */
type ApiRoute =
  | ValueOf<typeof accountRoutes>
  | ValueOf<typeof adminRoutes>
  | ValueOf<typeof agentRoutes>
  | ValueOf<typeof appEnvironmentRoutes>
  | ValueOf<typeof auditRoutes>
  | ValueOf<typeof commentRoutes>
  | ValueOf<typeof copyingRoutes>
  | ValueOf<typeof dataRoutes>
  | ValueOf<typeof fileRoutes>
  | ValueOf<typeof healthRoutes>
  | ValueOf<typeof meRoutes>
  | ValueOf<typeof peopleRoutes>
  | ValueOf<typeof previewRoutes>
  | ValueOf<typeof publicationRoutes>
  | ValueOf<typeof scheduleRoutes>
  | ValueOf<typeof signInRoutes>
  | ValueOf<typeof projectRoutes>
  | ValueOf<typeof runRoutes>
  | ValueOf<typeof sharingRoutes>
  | ValueOf<typeof triggerRoutes>
  | ValueOf<typeof usageRoutes>
  | ValueOf<typeof visitRoutes>
  | ValueOf<typeof webhookRoutes>;

/** A path of the OpenAPI document: without the pattern of a parameter that spans slashes. */
type DocumentPath<Path extends string> = Path extends `${infer Head}{.+}}` ? `${Head}}` : Path;

type Json<Schema> = { content: { "application/json": Schema } };
type Binary = { content: { "application/octet-stream": Blob } };

type ResponseOf<R> = R extends { content: { "application/json": { schema: infer S extends z.ZodType } } }
  ? Json<z.output<S>>
  : { content?: never };

/** The success responses of a route; the problems have no literal keys. */
type SuccessOf<Responses> = {
  [Status in keyof Responses as Status extends 200 | 201 | 202 | 204 ? Status : never]: ResponseOf<Responses[Status]>;
};

type ParametersOf<Request> = (Request extends { params: infer P extends z.ZodType } ? { path: z.input<P> } : unknown) &
  (Request extends { query: infer Q extends z.ZodType } ? { query?: z.input<Q> } : unknown);

type ContentOf<Content> = Content extends { "application/json": { schema: infer S extends z.ZodType } }
  ? Json<z.input<S>>
  : Binary;

type BodyOf<Request> = Request extends { body: { required: true; content: infer Content } }
  ? { requestBody: ContentOf<Content> }
  : Request extends { body: { content: infer Content } }
    ? { requestBody?: ContentOf<Content> }
    : unknown;

type OperationOf<Route> = Route extends { request: infer Request; responses: infer Responses }
  ? {
      parameters: ParametersOf<Request>;
      responses: SuccessOf<Responses> & { default: Json<Problem> };
    } & BodyOf<Request>
  : Route extends { responses: infer Responses }
    ? { parameters: unknown; responses: SuccessOf<Responses> & { default: Json<Problem> } }
    : never;

/** The operations of the API by path and method, in the shape that openapi-typescript gives them, from the routes that validate. */
export type ApiPaths = {
  [Path in DocumentPath<ApiRoute["path"]>]: {
    [Route in ApiRoute as Path extends DocumentPath<Route["path"]> ? Route["method"] : never]: OperationOf<Route>;
  };
};
