/** Returns the key of the draft of a comment on a message. */
export const commentDraftKey = (projectId: string, messageId: string): string => `${projectId} comment ${messageId}`;
