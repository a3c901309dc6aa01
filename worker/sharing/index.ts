export { acceptInvitation, getOffer } from "./accept-invitation.ts";
export { actAsMember, rememberOwner } from "./act-as-member.ts";
export { createComment, deleteComment, listComments, listProjectComments } from "./comments.ts";
export { createInvitation, deleteInvitation, listInvitations } from "./invitations.ts";
export { deleteMember, listMembers, updateMember } from "./members.ts";
export type { Resource } from "./store.ts";
