import { diagnostic } from "./diagnostic.ts";
import { timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { order, pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectTypes } from "./project-types.ts";
import { projectPath, published } from "./projects.ts";
import { defineRoute, json, z } from "./route.ts";

export const preview = z
  .object({
    url: z.string(),
    revision: z.int(),
    expiresAt: timestamp,
    build: z.object({ ok: z.boolean(), diagnostics: z.array(diagnostic) }),
  })
  .openapi("Preview");
export type Preview = z.infer<typeof preview>;

export const previewLog = z
  .object({
    at: z.string(),
    level: z.enum(["debug", "info", "warn", "error"]),
    source: z.enum(["browser", "server", "build", "egress"]),
    message: z.string(),
    path: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
    stack: z.string().optional(),
  })
  .openapi("PreviewLog");

export type LoggedApp = z.infer<typeof shapes.loggedApp>;

const servedSize = z.object({
  bytes: z.int().openapi({ description: "The built size, in bytes." }),
  gzipBytes: z.int().openapi({ description: "The size compressed with gzip, in bytes." }),
});

const buildAsset = servedSize.extend({
  address: z.string().openapi({ description: "The path on the app's origin." }),
  kind: z.enum(["script", "style", "page", "asset"]),
  entry: z.boolean().openapi({ description: "Whether it is a page, or a page loads it at once." }),
});

const buildTotals = z.object({
  scripts: servedSize.openapi({ description: "All scripts together." }),
  styles: servedSize.openapi({ description: "All style sheets together." }),
  other: servedSize.openapi({ description: "Pages and all other files together." }),
});

const buildChunk = servedSize.extend({
  name: z.string().openapi({ description: "The path of the script on the app's origin." }),
});

const buildPackage = z.object({
  name: z.string().openapi({ description: "The name in the npm registry." }),
  version: z.string().openapi({ description: "The version that the build read." }),
});

const typeFindings = z.object({
  status: z.enum(["checked", "pending", "unavailable"]).openapi({
    description:
      "`pending`: try again in a moment. `unavailable`: the build failed, or the type checker is unreachable.",
  }),
  diagnostics: z.array(diagnostic),
});

export const buildSummary = z
  .object({
    revision: z.int(),
    mode: z.literal("development").openapi({ description: "The target of the build; published apps are minified." }),
    ok: z.boolean(),
    ms: z.int().openapi({ description: "How long the build took, in milliseconds." }),
    root: z.string().openapi({ description: "The app's folder; empty for the project's own." }),
    framework: z.string().nullable().openapi({
      description: "What the app is made with, such as `React`, or what was found that cannot run here.",
    }),
    assets: z.array(buildAsset).openapi({ description: "The files of the app, without source maps." }),
    totals: buildTotals.openapi({ description: "The sizes of the files together." }),
    chunks: z.array(buildChunk).openapi({ description: "The scripts among the files." }),
    packages: z.array(buildPackage).openapi({ description: "The npm packages that the build has read, by name." }),
    packagesPlanned: z.int().openapi({
      description: "The number of packages that were resolved to a version, including those that were not read.",
    }),
    diagnostics: z.array(diagnostic),
    types: typeFindings.openapi({ description: "The type checker's findings; no request waits for them." }),
  })
  .openapi("BuildSummary");

const shapes = lazily(() => {
  // The log to read: the preview's, or that of the published or the staged app's server and its visitors' pages.
  const loggedApp = z.enum(["preview", "published", "staged"]);

  return { loggedApp };
});

export const previewRoutes = lazily(() => ({
  startPreview: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/preview",
    access: "projects:write",
    role: "viewer",
    limit: "write",
    tags: ["Preview"],
    summary: "Build the app at a revision and return a short-lived link to it",
    request: {
      params: projectPath,
      body: {
        required: false,
        content: { "application/json": { schema: z.strictObject({ revision: z.int().min(0).optional() }) } },
      },
    },
    responses: { 201: json(preview, "Where the app runs"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
  getBuild: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/builds/{revision}",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Preview"],
    summary: "The contents of the preview's build of a revision, which is built first if necessary",
    request: {
      params: projectPath.extend({ revision: z.string().openapi({ description: "The number of a revision." }) }),
    },
    responses: { 200: json(buildSummary, "The build, or why it failed"), ...problems(401, 403, 404) },
  }),
  getProjectTypes: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/types/{revision}",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Preview"],
    summary: "The type checker's input for a revision, so that an editor can complete code and show types",
    request: {
      params: projectPath.extend({ revision: z.string().openapi({ description: "The number of a revision." }) }),
      query: z.object({
        known: z.string().optional().openapi({ description: "The key of the packages that the caller has." }),
      }),
    },
    responses: {
      200: json(projectTypes, "Sources, declarations and compiler options"),
      ...problems(401, 403, 404, 413),
    },
  }),
  endPreview: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/preview",
    access: "projects:write",
    role: "editor",
    audit: "preview.revoked",
    limit: "write",
    tags: ["Preview"],
    summary: "Stop sharing the preview: every link to it and every visit ends, within a second",
    request: { params: projectPath },
    responses: { 204: { description: "Earlier links no longer give access" }, ...problems(401, 403, 404) },
  }),
  publishProject: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/publish",
    access: "projects:write",
    role: "owner",
    audit: "project.published",
    limit: "write",
    tags: ["Preview"],
    summary: "Publish the app at a revision, the head by default",
    request: {
      params: projectPath,
      body: {
        required: false,
        content: { "application/json": { schema: z.strictObject({ revision: z.int().min(0).optional() }) } },
      },
    },
    responses: { 200: json(published, "Where the app is public"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  unpublishProject: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/publish",
    access: "projects:write",
    role: "owner",
    audit: "project.unpublished",
    limit: "write",
    tags: ["Preview"],
    summary: "Unpublish the app; its visitors' data is kept",
    request: { params: projectPath },
    responses: { 204: { description: "Not public" }, ...problems(401, 403, 404) },
  }),
  readPreviewLogs: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/preview/logs",
    access: "projects:read",
    role: { preview: "viewer", public: "owner", staging: "owner" },
    limit: "read",
    tags: ["Preview"],
    summary: "The log of the app's server, its pages and its build: the newest 500 lines, oldest first by default",
    request: {
      params: projectPath,
      query: pageQuery.extend({
        order,
        app: shapes.loggedApp.default("preview").openapi({
          description:
            "`published` is what the server of the published app prints and throws, `staged` that of the staged one.",
        }),
      }),
    },
    responses: { 200: json(pageOf(previewLog), "A page of lines"), ...problems(400, 401, 403, 404, 422) },
  }),
  clearPreviewData: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/preview/data",
    access: "projects:write",
    role: "editor",
    audit: "preview.data_deleted",
    limit: "write",
    tags: ["Preview"],
    summary: "Delete all data of the app's database",
    request: { params: projectPath },
    responses: { 204: { description: "Emptied" }, ...problems(401, 403, 404) },
  }),
}));
