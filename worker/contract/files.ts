import { timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { createdWithin, newestFirst, pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath, revisionNumber } from "./projects.ts";
import { defineRoute, json, jsonBody, optionalBody, z } from "./route.ts";
import { searchShapes } from "./search.ts";
import { text } from "./text.ts";

export const encoding = z.enum(["utf-8", "base64"]);
export type Encoding = z.infer<typeof encoding>;

export const fileEntry = z
  .object({
    path: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    language: z.string(),
    encoding,
    revision: z.int().openapi({ description: "The revision that last changed this file." }),
  })
  .openapi("FileEntry");
export type FileEntry = z.infer<typeof fileEntry>;

export const fileContent = fileEntry.extend({ content: z.string() }).openapi("ProjectFile");
export type FileContent = z.infer<typeof fileContent>;

const path = z.string();
const written = {
  path,
  content: z.string(),
  encoding: encoding.optional(),
  language: text().min(1).max(40).optional(),
};
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const operation = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("create"), ...written }),
  z.strictObject({ op: z.literal("update"), ...written, expectedSha256: sha256.optional() }),
  z.strictObject({ op: z.literal("write"), ...written, expectedSha256: sha256.optional() }),
  z.strictObject({ op: z.literal("delete"), path, expectedSha256: sha256.optional() }),
  z.strictObject({ op: z.literal("move"), path, to: z.string(), expectedSha256: sha256.optional() }),
]);
export type Operation = z.infer<typeof operation>;

export type BatchInput = z.infer<typeof shapes.batchInput>;

export const changeAction = z.enum(["created", "updated", "deleted", "moved"]);
export type ChangeAction = z.infer<typeof changeAction>;

export const batchResult = z
  .object({
    revision: z.int(),
    changes: z.array(
      z.object({ path: z.string(), action: changeAction, bytes: z.int(), sha256: z.string().nullable() }),
    ),
  })
  .openapi("BatchResult");
export type BatchResult = z.infer<typeof batchResult>;

export const restoreResult = batchResult
  .extend({
    data: z.object({ snapshotId: z.string().nullable() }).optional().openapi({
      description: "The restored data, if it was requested; null when no later code has run on the data.",
    }),
  })
  .openapi("RestoreResult");

export const revision = z
  .object({
    number: z.int(),
    message: z.string(),
    author: z.object({ kind: z.enum(["user", "token", "agent", "system"]), id: z.string(), name: z.string() }),
    runId: z.string().nullable(),
    createdAt: timestamp,
    stats: z.object({ created: z.int(), updated: z.int(), deleted: z.int(), moved: z.int() }),
  })
  .openapi("Revision");
export type Revision = z.infer<typeof revision>;

export type RevisionDetail = z.infer<typeof shapes.revisionDetail>;

export type Diff = z.infer<typeof shapes.diff>;

export type RevisionFilter = z.infer<typeof shapes.revisionFilter>;

const shapes = lazily(() => {
  const batchInput = z
    .strictObject({
      expectedRevision: z.int().min(0).optional(),
      message: text().max(500).optional(),
      onConflict: z.enum(["fail", "merge"]).optional(),
      operations: z.array(operation).min(1).max(1_000),
    })
    .openapi("Batch");
  const revisionDetail = revision
    .extend({
      changes: z.array(
        z.object({
          path: z.string(),
          action: changeAction,
          before: z.string().nullable(),
          after: z.string().nullable(),
          from: z.string().optional(),
        }),
      ),
    })
    .openapi("RevisionDetail");
  const diff = z
    .object({
      from: z.int(),
      to: z.int(),
      data: z.array(
        z.object({
          path: z.string(),
          action: z.enum(["created", "updated", "deleted"]),
          before: z.string().nullable(),
          after: z.string().nullable(),
          binary: z.boolean(),
          diff: z
            .string()
            .nullable()
            .openapi({ description: "A unified diff; null for a file that is not text or is too large." }),
        }),
      ),
    })
    .openapi("Diff");
  const revisionFilter = createdWithin.extend({
    agent: text().min(1).max(64).optional().openapi({ description: "Only revisions by the agent with this name." }),
    order: newestFirst,
  });
  const atRevision = z.object({
    revision: revisionNumber.optional().openapi({ description: "A revision's number; the head if omitted." }),
  });
  const between = z.object({
    from: revisionNumber.optional().openapi({ description: "The older revision; the one before `to` if omitted." }),
    to: revisionNumber.optional().openapi({ description: "The newer revision; the head if omitted." }),
  });

  return {
    batchInput,
    revisionDetail,
    diff,
    revisionFilter,
    atRevision,
    between,
  };
});

export const fileRoutes = lazily(() => ({
  listFiles: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/files",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Files"],
    summary: "The tree at a revision",
    request: { params: projectPath, query: shapes.atRevision },
    responses: {
      200: json(z.object({ revision: z.int(), data: z.array(fileEntry) }), "The tree"),
      304: { description: "Not modified" },
      ...problems(400, 401, 403, 404),
    },
  }),
  readFile: defineRoute({
    method: "get",
    // Hono's pattern for a parameter that spans segments; the OpenAPI document has `{path}`.
    path: "/v1/projects/{id}/files/{path{.+}}",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Files"],
    summary: "One file, as JSON or, with Accept: application/octet-stream, as bytes",
    request: { params: projectPath.extend({ path: z.string() }), query: shapes.atRevision },
    responses: {
      200: {
        description: "The file",
        content: {
          "application/json": { schema: fileContent },
          "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) },
        },
      },
      304: { description: "Not modified" },
      ...problems(400, 401, 403, 404, 422),
    },
  }),
  applyBatch: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/batches",
    access: "projects:write",
    role: "editor",
    limit: "write",
    tags: ["Files"],
    summary: "Change files: all of the operations, or none",
    request: { params: projectPath, body: jsonBody(shapes.batchInput) },
    responses: { 201: json(batchResult, "The new revision"), ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422) },
  }),
  readBlob: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/blobs/{sha256}",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Files"],
    summary: "A content by its hash",
    request: { params: projectPath.extend({ sha256 }) },
    responses: {
      200: json(z.object({ sha256: z.string(), content: z.string(), encoding, bytes: z.int() }), "The content"),
      304: { description: "Not modified" },
      ...problems(401, 403, 404),
    },
  }),
  listRevisions: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/revisions",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Files"],
    summary: "The history, newest first by default",
    request: { params: projectPath, query: pageQuery.extend(shapes.revisionFilter.shape) },
    responses: { 200: json(pageOf(revision), "A page of revisions"), ...problems(400, 401, 403, 404) },
  }),
  getRevision: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/revisions/{n}",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Files"],
    summary: "One revision with its changes",
    request: { params: projectPath.extend({ n: z.string() }) },
    responses: { 200: json(shapes.revisionDetail, "The revision"), ...problems(401, 403, 404) },
  }),
  searchFiles: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/search",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Files"],
    summary: "The lines of the text files that contain a text or match a regular expression, at most 200",
    request: { params: projectPath, query: searchShapes.searchQuery },
    responses: { 200: json(searchShapes.searchResult, "The lines"), ...problems(401, 403, 404, 422) },
  }),
  diffRevisions: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/diff",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Files"],
    summary: "The changes between two revisions, as unified diffs",
    request: { params: projectPath, query: shapes.between },
    responses: { 200: json(shapes.diff, "The differences"), ...problems(401, 403, 404) },
  }),
  restoreRevision: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/revisions/{n}/restore",
    access: "projects:write",
    role: "editor",
    limit: "write",
    tags: ["Files"],
    summary: "Restore the tree of a revision, as a new revision",
    request: {
      params: projectPath.extend({ n: z.string() }),
      body: optionalBody(
        z.strictObject({
          data: z.boolean().optional().openapi({
            description:
              "Whether to restore the preview's data too, from before a later revision's code ran; false by default.",
          }),
        }),
      ),
    },
    responses: {
      201: json(restoreResult, "The new revision"),
      ...problems(400, 401, 403, 404, 409, 410, 413, 415, 422),
    },
  }),
}));
