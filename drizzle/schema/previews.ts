import { bigint, date, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { moment } from "./columns.ts";
import { project } from "./projects.ts";

/** Used preview links, so that each link opens once. Retained until the link would have expired. */
export const previewLinkUse = pgTable(
  "preview_link_use",
  {
    id: text("id").primaryKey(),
    /** The attempt that used the link: a statement retried after a lost response is the same attempt. */
    usedBy: text("used_by").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [index("preview_link_use_expires_at").on(t.expiresAt)],
);

/** Visits by browsers that keep no cookie for a preview. The host name admits only visitors with a row here. */
export const previewVisit = pgTable(
  "preview_visit",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => project.id, { onDelete: "cascade" }),
    /** Hash of the visitor's network and browser. */
    visitor: text("visitor").notNull(),
    /** The epoch of the link that opened the visit. */
    epoch: text("epoch").notNull(),
    revision: integer("revision").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.visitor] }), index("preview_visit_expires_at").on(t.expiresAt)],
);

/** Bytes that are reserved for the files of a generated app, by the target that has them: its preview or its published app. */
export const appFiles = pgTable(
  "app_files",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => project.id, { onDelete: "cascade" }),
    target: text("target", { enum: ["preview", "public"] }).notNull(),
    bytes: bigint("bytes", { mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.target] })],
);

/** Mails that an account's apps have sent on their newest day (UTC). */
export const appMail = pgTable("app_mail", {
  ownerId: text("owner_id")
    .primaryKey()
    .references(() => user.id, { onDelete: "cascade" }),
  day: date("day", { mode: "string" }).notNull(),
  sent: integer("sent").notNull(),
});
