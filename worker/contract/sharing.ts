import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, emptyBody, json, jsonBody, optionalBody, projectRoles, z } from "./route.ts";
import { oneLine } from "./text.ts";

/** The maximum numbers of a project's members besides its owner, and of its open invitations. */
export const maxMembers = 50;
export const maxInvitations = 50;

/** A role that the owner gives to others. */
const givenRole = z.enum(["editor", "viewer"]).openapi("GivenRole", {
  description: "`editor` changes files, starts runs and works with the preview's data; `viewer` reads and watches.",
});
export type GivenRole = z.infer<typeof givenRole>;

export const member = z
  .object({
    userId: idOf("user"),
    name: z.string(),
    email: z
      .string()
      .nullable()
      .openapi({ description: "Visible to the owner and to the member; null for everybody else." }),
    role: z.enum(projectRoles),
    joinedAt: timestamp.openapi({ description: "For the owner, when the project was created." }),
  })
  .openapi("Member");
export type Member = z.infer<typeof member>;

export const invitation = z
  .object({
    id: idOf("invitation"),
    role: givenRole,
    email: z
      .string()
      .nullable()
      .openapi({ description: "The email address of the only account that may accept it, or null." }),
    reusable: z.boolean().openapi({ description: "Whether several people may accept it." }),
    expiresAt: timestamp,
    createdAt: timestamp,
  })
  .openapi("Invitation");
export type ProjectInvitation = z.infer<typeof invitation>;

export const newInvitation = invitation
  .extend({
    token: z
      .string()
      .openapi({ description: "Only this response contains it; only its hash is stored.", example: "esi_9fJ2…" }),
    url: z.string().openapi({ description: "The link to send. Its token is in the fragment, which no server sees." }),
    mailed: z.boolean().openapi({ description: "Whether the link was mailed to `email`." }),
  })
  .openapi("NewInvitation");
export type NewInvitation = z.infer<typeof newInvitation>;

export type InvitationInput = z.infer<typeof shapes.invitationInput>;

export type OfferedInvitation = z.infer<typeof shapes.offeredInvitation>;

export type Membership = z.infer<typeof shapes.membership>;

const shapes = lazily(() => {
  const invitationInput = z
    .strictObject({
      role: givenRole,
      email: oneLine(254).pipe(z.email()).optional(),
      mail: z.boolean().optional().openapi({
        description: "Whether to mail the link to `email`, 20 times a day. False where it is absent.",
      }),
      reusable: z
        .boolean()
        .optional()
        .openapi({ description: "Whether several people may accept it; one person by default." }),
      expiresInDays: z.int().min(1).max(30).optional().openapi({ description: "7 by default." }),
    })
    .refine(({ email, reusable }) => email === undefined || reusable !== true, {
      path: ["reusable"],
      error: "cannot be true for one email address",
      params: { code: "one_of" },
    })
    .refine(({ email, mail }) => email !== undefined || mail !== true, {
      path: ["mail"],
      error: "needs the email address of the person",
      params: { code: "required" },
    })
    .openapi("InvitationRequest");
  // The invitation that the holder of its token sees before accepting it.
  const offeredInvitation = z
    .object({
      project: z.object({ id: idOf("project"), name: z.string() }).openapi({ description: "The project to join." }),
      invitedBy: z.string().openapi({ description: "The name of the project's owner." }),
      role: givenRole,
      email: z.string().nullable(),
      currentRole: z.enum(projectRoles).nullable().openapi({
        description: "The role that the caller has in the project already, or null.",
      }),
      expiresAt: timestamp,
    })
    .openapi("OfferedInvitation");
  const membership = z
    .object({ projectId: idOf("project"), role: z.enum(projectRoles) })
    .openapi("Membership", { description: "The caller's role in a project." });
  const memberPath = projectPath.extend({ user: idOf("user") });
  const invitationPath = projectPath.extend({ invitationId: idOf("invitation") });
  const token = z
    .string()
    .regex(/^esi_[\w-]{43}$/)
    .openapi({ description: "The invitation's token.", example: "esi_Vb7cW3k0mS8xq2uYt1oPzR4nLhJ6gKdFsAaXbQeMiNw" });
  const tokenPath = z.object({ token });
  const tokenBody = jsonBody(z.strictObject({ token }));

  return { invitationInput, offeredInvitation, membership, memberPath, invitationPath, tokenPath, tokenBody };
});

export const sharingRoutes = lazily(() => ({
  createInvitation: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/invitations",
    access: "projects:write",
    role: "owner",
    audit: "invitation.created",
    limit: "write",
    tags: ["Sharing"],
    summary: "Create a link that makes the person who accepts it a member of the project",
    request: { params: projectPath, body: jsonBody(shapes.invitationInput) },
    responses: { 201: json(newInvitation, "The invitation"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  listInvitations: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/invitations",
    access: "projects:read",
    role: "owner",
    limit: "read",
    tags: ["Sharing"],
    summary: "The project's open invitations, newest first",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(invitation), "A page of invitations"), ...problems(400, 401, 403, 404) },
  }),
  deleteInvitation: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/invitations/{invitationId}",
    access: "projects:write",
    role: "owner",
    audit: "invitation.deleted",
    limit: "write",
    tags: ["Sharing"],
    summary: "Revoke an invitation; people who have accepted it stay members",
    request: { params: shapes.invitationPath },
    responses: { 204: { description: "Nobody can accept it now" }, ...problems(401, 403, 404) },
  }),
  getInvitation: defineRoute({
    method: "get",
    path: "/v1/invitations/{token}",
    access: "session",
    limit: "read",
    tags: ["Sharing"],
    summary: "The project and role of an invitation, before it is accepted",
    request: { params: shapes.tokenPath },
    responses: { 200: json(shapes.offeredInvitation, "The invitation"), ...problems(401, 403, 404) },
  }),
  acceptInvitation: defineRoute({
    method: "post",
    path: "/v1/invitations/{token}/accept",
    access: "session",
    limit: "write",
    tags: ["Sharing"],
    summary: "Accept an invitation; a member whose role is already as high keeps it",
    request: { params: shapes.tokenPath, body: optionalBody(emptyBody) },
    responses: { 200: json(shapes.membership, "The caller's role"), ...problems(401, 403, 404, 409) },
  }),
  lookUpInvitation: defineRoute({
    method: "post",
    path: "/v1/invitations/look-up",
    access: "session",
    limit: "read",
    tags: ["Sharing"],
    summary: "The project and role of an invitation, with its token in the body, which keeps it out of logs of URLs",
    request: { body: shapes.tokenBody },
    responses: { 200: json(shapes.offeredInvitation, "The invitation"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
  takeInvitation: defineRoute({
    method: "post",
    path: "/v1/invitations/accept",
    access: "session",
    limit: "write",
    tags: ["Sharing"],
    summary: "Accept an invitation, with its token in the body, which keeps it out of logs of URLs",
    request: { body: shapes.tokenBody },
    responses: { 200: json(shapes.membership, "The caller's role"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  listMembers: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/members",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Sharing"],
    summary: "The project's owner, and then its members by their ids",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(member), "A page of members"), ...problems(400, 401, 403, 404) },
  }),
  updateMember: defineRoute({
    method: "patch",
    path: "/v1/projects/{id}/members/{user}",
    access: "projects:write",
    role: "owner",
    audit: "member.updated",
    limit: "write",
    tags: ["Sharing"],
    summary: "Change a member's role; a lower role also revokes the invitations that would restore the old role",
    request: { params: shapes.memberPath, body: jsonBody(z.strictObject({ role: givenRole })) },
    responses: { 200: json(member, "The member"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  deleteMember: defineRoute({
    method: "delete",
    path: "/v1/projects/{id}/members/{user}",
    access: "projects:write",
    role: "viewer",
    audit: "member.removed",
    limit: "write",
    tags: ["Sharing"],
    summary: "Remove a member, or leave a project; the member's open streams and previews end",
    description:
      "The owner can remove anyone, a member only themselves. A removal by the owner also revokes the open invitations " +
      "that the member could accept again.",
    request: { params: shapes.memberPath },
    responses: { 204: { description: "The member was removed" }, ...problems(401, 403, 404, 409) },
  }),
}));
