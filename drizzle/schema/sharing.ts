import { boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";
import { message, project } from "./projects.ts";

const projectId = () =>
  text("project_id")
    .notNull()
    .references(() => project.id, { onDelete: "cascade" });

const role = () => text("role", { enum: ["editor", "viewer"] }).notNull();

/** The accounts that a project is shared with. Its owner has no row: `project.owner_id` names them. */
export const projectMember = pgTable(
  "project_member",
  {
    projectId: projectId(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    role: role(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.userId] }), index("project_member_user_id").on(t.userId, t.projectId)],
);

/** Links by which people become members of a project. One that is used up or revoked has no row. */
export const projectInvitation = pgTable(
  "project_invitation",
  {
    id: text("id").primaryKey(),
    projectId: projectId(),
    role: role(),
    /** The address of the one account that may accept it; null for anybody who has the link. */
    email: text("email"),
    /** The hash of its token, which is stored nowhere. */
    sha256: text("sha256").notNull().unique(),
    isReusable: boolean("is_reusable").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index("project_invitation_project_id").on(t.projectId, t.id),
    index("project_invitation_expires_at").on(t.expiresAt),
  ],
);

/** What members say to each other about a message of the conversation. No agent reads it. */
export const messageComment = pgTable(
  "message_comment",
  {
    id: text("id").primaryKey(),
    projectId: projectId(),
    messageId: text("message_id")
      .notNull()
      .references(() => message.id, { onDelete: "cascade" }),
    /** A comment outlives its author's membership, and goes with their account. */
    authorId: text("author_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    text: text("text").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index("message_comment_message_id").on(t.messageId, t.id),
    index("message_comment_project_id").on(t.projectId),
    index("message_comment_author_id").on(t.authorId),
  ],
);
