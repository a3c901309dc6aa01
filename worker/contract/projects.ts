import { idOf, timestamp } from "./ids.ts";
import { imageType } from "./images.ts";
import { importReport } from "./imports.ts";
import { lazily } from "./lazily.ts";
import { order, pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, jsonBody, projectRoles, z } from "./route.ts";
import { runError } from "./run-events.ts";
import { nameText, text } from "./text.ts";

export const published = z.object({ url: z.string(), revision: z.int() }).openapi("Published");
export type Published = z.infer<typeof published>;

export const project = z
  .object({
    id: idOf("project"),
    name: z.string(),
    description: z.string(),
    head: z.int().openapi({ description: "The number of the newest revision; 0 before the first batch." }),
    role: z
      .enum(projectRoles)
      .openapi({ description: "The caller's role: `owner` for their own projects, otherwise the member's role." }),
    visibility: z.enum(["private", "public"]).openapi({ description: "`public` while the app is published." }),
    published: z
      .union([published, z.null()])
      .openapi({ description: "Where the app is public and at which revision, or null." }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Project");
export type Project = z.infer<typeof project>;

export type ProjectDetail = z.infer<typeof shapes.projectDetail>;

export type ImportedProject = z.infer<typeof shapes.importedProject>;

const name = nameText(100);
const description = text().max(2_000);

export const projectInput = z.strictObject({
  name,
  description: description.optional(),
  template: z
    .enum([
      "blank",
      "static",
      "fullstack",
      "react-shadcn",
      "vue",
      "svelte",
      "hono-react",
      "dashboard",
      "landing",
      "booking",
      "kanban",
      "quiz",
      "recipes",
      "blog",
      "chat",
      "photo-wall",
      "newsletter",
    ])
    .optional(),
});
export type ProjectInput = z.infer<typeof projectInput>;

export type ProjectUpdate = z.infer<typeof shapes.projectUpdate>;

/** Kept as text, like all query parameters; the operations handle the values `head` and beyond. */
export const revisionNumber = z
  .string()
  .refine((number) => /^\d{1,20}$/.test(number), { message: "must be the number of a revision" })
  .openapi({ type: "integer", minimum: 0 });

export type ProjectFilter = z.infer<typeof shapes.projectFilter>;

export const projectPath = z.object({ id: idOf("project") });

export const messageContent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("tool"),
    name: z.string(),
    input: z.unknown(),
    result: z.unknown(),
    isError: z.boolean(),
  }),
  z
    .object({ type: z.literal("image"), mediaType: imageType, bytes: z.int() })
    .openapi({ description: "An image that was sent with a prompt. Its bytes are kept for the agents for a week." }),
  z.object({ type: z.literal("end"), status: z.enum(["failed", "cancelled"]), error: runError.optional() }).openapi({
    description: "The last part of the answer of a run that did not complete: how it ended, and why it failed.",
  }),
]);
export type MessageContent = z.infer<typeof messageContent>;

export const message = z
  .object({
    id: idOf("message"),
    role: z.enum(["user", "assistant"]),
    runId: z.string().nullable(),
    agent: z.string().nullable(),
    content: z.array(messageContent),
    createdAt: timestamp,
  })
  .openapi("Message");
export type Message = z.infer<typeof message>;

const shapes = lazily(() => {
  const projectDetail = project
    .extend({
      import: importReport.optional().openapi({
        description:
          "The files that its import omitted and the folder that is built, at the time of the import; absent without an import.",
      }),
    })
    .openapi("ProjectDetail");
  const importedProject = project.extend(importReport.shape).openapi("ImportedProject");
  const projectUpdate = z.strictObject({ name: name.optional(), description: description.optional() });
  const projectFilter = z.object({
    q: text()
      .max(100)
      .optional()
      .openapi({ description: "Only projects whose name contains this text, in any case.", example: "todo" }),
    access: z
      .enum(["own", "shared"])
      .optional()
      .openapi({ description: "Only the account's own projects, or only those that others share with it." }),
  });
  const repositoryInput = z
    .strictObject({
      url: z
        .string()
        .min(1)
        .max(500)
        .openapi({ description: "The address of a public repository, of a branch or tag, or of a folder in it." }),
      ref: z.string().min(1).max(200).optional().openapi({
        description: "A branch, tag or commit, when the address names none or its name has a slash.",
      }),
      folder: z.string().max(255).optional().openapi({ description: "The folder to import; all by default." }),
      name: name.optional().openapi({ description: "The project's name; the repository's name by default." }),
    })
    .openapi("RepositoryImport");

  return { projectDetail, importedProject, projectUpdate, projectFilter, repositoryInput };
});

export const projectRoutes = lazily(() => ({
  createProject: defineRoute({
    method: "post",
    path: "/v1/projects",
    access: "projects:write",
    audit: "project.created",
    limit: "write",
    tags: ["Projects"],
    summary: "Create a project",
    request: { body: jsonBody(projectInput) },
    responses: { 201: json(project, "The project"), ...problems(400, 401, 403, 409, 415, 422) },
  }),
  listProjects: defineRoute({
    method: "get",
    path: "/v1/projects",
    access: "projects:read",
    limit: "read",
    tags: ["Projects"],
    summary: "The account's projects and those that are shared with it, newest first",
    request: { query: pageQuery.extend(shapes.projectFilter.shape) },
    responses: { 200: json(pageOf(project), "A page of projects"), ...problems(400, 401, 403) },
  }),
  getProject: defineRoute({
    method: "get",
    path: "/v1/projects/{id}",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Projects"],
    summary: "One project",
    request: { params: projectPath },
    responses: {
      200: json(shapes.projectDetail, "The project"),
      304: { description: "Not modified" },
      ...problems(401, 403, 404),
    },
  }),
  updateProject: defineRoute({
    method: "patch",
    path: "/v1/projects/{id}",
    access: "projects:write",
    role: "editor",
    audit: "project.updated",
    limit: "write",
    tags: ["Projects"],
    summary: "Rename a project, or change its description",
    request: { params: projectPath, body: jsonBody(shapes.projectUpdate) },
    responses: { 200: json(project, "The project, changed"), ...problems(400, 401, 403, 404, 412, 415, 422) },
  }),
  deleteProject: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}",
    access: "projects:write",
    role: "owner",
    audit: "project.deleted",
    limit: "write",
    tags: ["Projects"],
    summary: "Delete a project and all its data",
    request: { params: projectPath },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404, 412) },
  }),
  forkProject: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/fork",
    access: "projects:write",
    role: "owner",
    audit: "project.forked",
    limit: "write",
    tags: ["Projects"],
    summary: "Fork a project: create a project from another project's head",
    request: {
      params: projectPath,
      body: {
        required: false,
        content: { "application/json": { schema: z.strictObject({ name: name.optional() }) } },
      },
    },
    responses: { 201: json(project, "The fork"), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  }),
  archiveProject: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/archive.zip",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Projects"],
    summary: "The tree at a revision as a zip; a revision always gives the same bytes",
    request: { params: projectPath, query: z.object({ revision: revisionNumber.optional() }) },
    responses: {
      200: {
        description: "The archive",
        content: { "application/zip": { schema: z.string().openapi({ format: "binary" }) } },
      },
      304: { description: "Not modified" },
      ...problems(401, 403, 404),
    },
  }),
  importProject: defineRoute({
    method: "post",
    path: "/v1/projects/import",
    access: "projects:write",
    audit: "project.imported",
    limit: "write",
    tags: ["Projects"],
    summary: "Create a project from a zip or a gzipped tar",
    description:
      "The first bytes of the body tell the two apart. A single folder around all files is removed. Installed packages, version " +
      "control, build outputs, caches and files larger than the plan allows are omitted and listed in `skipped`. A broken " +
      "or hostile archive is refused as a whole, before any file is stored.",
    request: {
      query: z.object({ name: name.optional() }),
      body: {
        required: true,
        content: {
          "application/zip": { schema: z.string().openapi({ format: "binary" }) },
          "application/gzip": { schema: z.string().openapi({ format: "binary" }) },
        },
      },
    },
    responses: {
      201: json(shapes.importedProject, "The project, the omitted files, and the folder that is built"),
      ...problems(400, 401, 403, 409, 413, 415, 422),
    },
  }),
  importRepository: defineRoute({
    method: "post",
    path: "/v1/projects/import/git",
    access: "projects:write",
    audit: "project.imported",
    limit: "write",
    tags: ["Projects"],
    summary: "Create a project from a public repository of a Git host",
    description:
      "`GET /v1/ready` has the hosts that the operator has configured. The repository's archive is fetched without a credential " +
      "and imported as by `POST /v1/projects/import`.",
    request: { body: jsonBody(shapes.repositoryInput) },
    responses: {
      201: json(shapes.importedProject, "The project, the omitted files, and the folder that is built"),
      ...problems(400, 401, 403, 409, 413, 415, 422),
    },
  }),
  listMessages: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/messages",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Projects"],
    summary: "The conversation",
    request: { params: projectPath, query: pageQuery.extend({ order }) },
    responses: { 200: json(pageOf(message), "A page of messages"), ...problems(400, 401, 403, 404, 422) },
  }),
}));
