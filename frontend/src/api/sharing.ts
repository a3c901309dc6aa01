import type { Comment, InvitationInput } from "../../../worker/contract/index.ts";
import { api, at, read } from "./client.ts";

const withId = (id: string) => ({ params: { path: { id } } });
const allOf = (id: string, cursor: string | null = null) => ({
  params: { path: { id }, query: { limit: "100", ...at(cursor) } },
});
const withUser = (id: string, user: string) => ({ params: { path: { id, user } } });

/** Lists the project's owner and all members, who fit on one page. */
export const listMembers = (id: string) => read(api.GET("/v1/projects/{id}/members", allOf(id)));
export const updateMember = (id: string, user: string, role: "editor" | "viewer") =>
  read(api.PATCH("/v1/projects/{id}/members/{user}", { ...withUser(id, user), body: { role } }));
export const removeMember = (id: string, user: string) =>
  read(api.DELETE("/v1/projects/{id}/members/{user}", withUser(id, user)));

export const listInvitations = (id: string) => read(api.GET("/v1/projects/{id}/invitations", allOf(id)));
export const createInvitation = (id: string, body: InvitationInput) =>
  read(api.POST("/v1/projects/{id}/invitations", { ...withId(id), body }));
export const deleteInvitation = (id: string, invitationId: string) =>
  read(api.DELETE("/v1/projects/{id}/invitations/{invitationId}", { params: { path: { id, invitationId } } }));

/** Returns the offer of an invitation. Sends the token in the body, since servers log URLs. */
export const getInvitation = (token: string) => read(api.POST("/v1/invitations/look-up", { body: { token } }));
export const acceptInvitation = (token: string) => read(api.POST("/v1/invitations/accept", { body: { token } }));

/** Lists the comments on all messages of a project, newest first. */
export async function listComments(id: string): Promise<Comment[]> {
  const comments: Comment[] = [];
  for (let cursor: string | null = null; ; ) {
    const { data, pagination }: Awaited<ReturnType<typeof readComments>> = await readComments(id, cursor);
    comments.push(...data);
    cursor = pagination.nextCursor;
    if (cursor === null) return comments;
  }
}

const readComments = (id: string, cursor: string | null) =>
  read(api.GET("/v1/projects/{id}/comments", allOf(id, cursor)));

export const createComment = (id: string, messageId: string, text: string) =>
  read(
    api.POST("/v1/projects/{id}/messages/{messageId}/comments", {
      params: { path: { id, messageId } },
      body: { text },
    }),
  );
export const deleteComment = (id: string, messageId: string, commentId: string) =>
  read(
    api.DELETE("/v1/projects/{id}/messages/{messageId}/comments/{commentId}", {
      params: { path: { id, messageId, commentId } },
    }),
  );
