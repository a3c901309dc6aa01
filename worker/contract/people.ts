import { z } from "@hono/zod-openapi";
import { timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, jsonBody, roleByTarget } from "./route.ts";
import { oneLine } from "./text.ts";

const role = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/)
  .openapi({ description: "A role, whose meaning the app's code defines.", example: "admin" });
const roles = z
  .array(role)
  .max(10)
  .refine((list) => new Set(list).size === list.length, { message: "names a role twice" })
  .openapi({ description: "The person's roles." });
const personName = oneLine(100).openapi({ description: "The person's name; empty until it is set." });

export const person = z
  .object({
    id: z.string().openapi({ example: "per_0mj1c2k3x4f1e2d3c4b5a697" }),
    email: z.string(),
    name: personName,
    roles,
    status: z
      .enum(["active", "invited"])
      .openapi({ description: "`invited` until the person has signed in for the first time." }),
    createdAt: timestamp,
    lastSeenAt: z.union([timestamp, z.null()]).openapi({ description: "The last visit, to the hour." }),
  })
  .openapi("Person");
export type Person = z.infer<typeof person>;

export const invitedPerson = person
  .extend({
    invitationUrl: z.string().openapi({
      description: "The link that signs the person in, once and within a week. Only this response contains it.",
    }),
    mailed: z.boolean().openapi({ description: "Whether the link was mailed to the person." }),
  })
  .openapi("InvitedPerson");
export type InvitedPerson = z.infer<typeof invitedPerson>;

export type PersonInput = z.infer<typeof shapes.personInput>;

export type PersonUpdate = z.infer<typeof shapes.personUpdate>;

const shapes = lazily(() => {
  const target = z.enum(["preview", "public", "staging"]).openapi({
    description: "The app: the preview, the published app and the staged app each have people of their own.",
  });
  const email = z
    .email()
    .max(254)
    .transform((text) => text.toLowerCase())
    .openapi({ type: "string", format: "email", example: "grace@example.com" });
  const personInput = z.strictObject({ email, name: personName.optional(), roles: roles.optional() });
  const personUpdate = z.strictObject({ name: personName.optional(), roles: roles.optional() });
  const visitorAccess = z
    .object({
      access: z.enum(["everyone", "invited"]).openapi({
        description: "`everyone` may visit the published app and sign up; or only people who are invited may use it.",
      }),
    })
    .openapi("VisitorAccess");
  const peoplePath = projectPath.extend({ target });
  const personPath = peoplePath.extend({ personId: z.string().openapi({ description: "The id of a person." }) });

  return { personInput, personUpdate, visitorAccess, peoplePath, personPath };
});

export const peopleRoutes = lazily(() => ({
  listPeople: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/people/{target}",
    access: "projects:read",
    role: roleByTarget,
    limit: "read",
    tags: ["People"],
    summary: "The people who have signed in to an app or are invited to it, oldest first",
    request: { params: shapes.peoplePath, query: pageQuery },
    responses: { 200: json(pageOf(person), "A page of people"), ...problems(400, 401, 403, 404, 422) },
  }),
  invitePerson: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/people/{target}",
    access: "projects:write",
    role: roleByTarget,
    audit: "person.invited",
    limit: "write",
    tags: ["People"],
    summary: "Invite a person to an app by email, with roles; an existing person is invited again",
    request: { params: shapes.peoplePath, body: jsonBody(shapes.personInput) },
    responses: {
      201: json(invitedPerson, "The person with the invitation"),
      ...problems(400, 401, 403, 404, 409, 415, 422),
    },
  }),
  updatePerson: defineRoute({
    method: "patch",
    path: "/v1/projects/{id}/people/{target}/{personId}",
    access: "projects:write",
    role: roleByTarget,
    audit: "person.updated",
    limit: "write",
    tags: ["People"],
    summary: "Change a person's name or roles, from the person's next request on",
    request: { params: shapes.personPath, body: jsonBody(shapes.personUpdate) },
    responses: { 200: json(person, "The person"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
  removePerson: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/people/{target}/{personId}",
    access: "projects:write",
    role: roleByTarget,
    audit: "person.removed",
    limit: "write",
    tags: ["People"],
    summary: "Remove a person from an app and sign them out; what the app has stored about them stays",
    request: { params: shapes.personPath },
    responses: { 204: { description: "Removed" }, ...problems(401, 403, 404, 422) },
  }),
  getVisitorAccess: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/publish/access",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Publishing"],
    summary: "Who may use the published app",
    request: { params: projectPath },
    responses: { 200: json(shapes.visitorAccess, "Everyone, or invited people"), ...problems(401, 403, 404) },
  }),
  putVisitorAccess: defineRoute({
    method: "put",
    path: "/v1/projects/{id}/publish/access",
    access: "projects:write",
    role: "owner",
    audit: "publication.access_changed",
    limit: "write",
    tags: ["Publishing"],
    summary: "Open the published app to everyone, or only to people who are invited; also before it is published",
    request: { params: projectPath, body: jsonBody(z.strictObject(shapes.visitorAccess.shape)) },
    responses: {
      200: json(shapes.visitorAccess, "Who may use the app now"),
      ...problems(400, 401, 403, 404, 415, 422),
    },
  }),
}));
