import type { AuditAction } from "../../../worker/contract/index.ts";

const words: Record<AuditAction, string> = {
  "session.created": "Signed in",
  "password.changed": "Changed the password of",
  "password.reset": "Set a new password, by a link, for",
  "account.updated": "Changed the account",
  "token.created": "Made the token",
  "token.revoked": "Revoked the token",
  "token.rotated": "Rotated the token",
  "project.created": "Made the project",
  "project.imported": "Imported the project",
  "project.forked": "Forked into the project",
  "project.updated": "Changed the project",
  "project.deleted": "Deleted the project",
  "project.published": "Published the project",
  "project.unpublished": "Took offline the project",
  "preview.data_deleted": "Emptied the database of the project",
  "agent.put": "Stored the agent",
  "agent.deleted": "Deleted the agent",
  "trigger.created": "Made the trigger",
  "trigger.updated": "Changed the trigger",
  "trigger.secret_rotated": "Made a new secret for the trigger",
  "trigger.deleted": "Deleted the trigger",
  "webhook.created": "Made the webhook",
  "webhook.updated": "Changed the webhook",
  "webhook.deleted": "Deleted the webhook",
  "webhook.secret_rotated": "Made a new secret for the webhook",
};

/** What was done, in words; an action of a newer server than this page as it is called there. */
export const inWords = (action: AuditAction): string => words[action] ?? action;
