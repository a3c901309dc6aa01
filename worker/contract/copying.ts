import { lazily } from "./lazily.ts";
import { problems } from "./problem.ts";
import { project, projectPath } from "./projects.ts";
import { defineRoute, json, jsonBody, optionalBody, z } from "./route.ts";
import { nameText } from "./text.ts";

export const copying = z
  .strictObject({
    allowed: z.boolean().openapi({
      description:
        "Whether anyone with an account may copy the files of the published revision into a project of their own.",
    }),
  })
  .openapi("Copying");
export type Copying = z.infer<typeof copying>;

export type PublishedApp = z.infer<typeof shapes.publishedApp>;

const shapes = lazily(() => {
  const publishedApp = z
    .object({
      host: z.string().openapi({ description: "The requested host." }),
      name: z.string().openapi({ description: "The name of the app's project." }),
      url: z.string().openapi({ description: "Where the app is public." }),
      revision: z.int().openapi({ description: "The published revision, which a copy gets." }),
    })
    .openapi("PublishedApp");
  const hostPath = z.object({
    host: z
      .string()
      .max(253 + 6)
      .openapi({
        description: "The host of the app's public address: the chosen name's, the id's, or the owner's own domain.",
        example: "my-bakery.example.com",
      }),
  });

  return { publishedApp, hostPath };
});

export const copyingRoutes = lazily(() => ({
  getCopying: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/publish/copying",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Publishing"],
    summary: "Whether others may copy the published app",
    request: { params: projectPath },
    responses: { 200: json(copying, "Whether others may copy it"), ...problems(401, 403, 404) },
  }),
  putCopying: defineRoute({
    method: "put",
    path: "/v1/projects/{id}/publish/copying",
    access: "projects:write",
    role: "owner",
    audit: "publication.copying_changed",
    limit: "write",
    tags: ["Publishing"],
    summary: "Allow or forbid others to copy the published app; forbidden by default",
    request: { params: projectPath, body: jsonBody(copying) },
    responses: { 200: json(copying, "Whether others may copy it"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
  getPublishedApp: defineRoute({
    method: "get",
    path: "/v1/published/{host}",
    access: "projects:read",
    limit: "read",
    tags: ["Publishing"],
    summary: "A published app that its owner allows others to copy",
    request: { params: shapes.hostPath },
    responses: { 200: json(shapes.publishedApp, "The app"), ...problems(401, 403, 404, 422) },
  }),
  copyPublishedApp: defineRoute({
    method: "post",
    path: "/v1/published/{host}/copy",
    access: "projects:write",
    audit: "project.copied",
    limit: "write",
    tags: ["Publishing"],
    summary: "Create a project from the files of a published app",
    description:
      "A copy has the files of the published revision, and nothing else: no history, conversation, data, variables or secrets. " +
      "It counts against the limits of the account that creates it. An app that nobody may copy is a 404, like an app that does not exist.",
    request: { params: shapes.hostPath, body: optionalBody(z.strictObject({ name: nameText(100).optional() })) },
    responses: { 201: json(project, "The copy"), ...problems(400, 401, 403, 404, 409, 413, 415, 422) },
  }),
}));
