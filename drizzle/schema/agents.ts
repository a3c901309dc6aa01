import { integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { user } from "./accounts.ts";
import { createdAt, moment } from "./columns.ts";
import { project } from "./projects.ts";

/** A project's own agents, as the Markdown files that their owner uploaded. */
export const projectAgent = pgTable(
  "project_agent",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => project.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    content: text("content").notNull(),
    /** The parsed agent, as runs and the router use it. */
    definition: jsonb("definition").notNull(),
    bytes: integer("bytes").notNull(),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.name] })],
);
