import { index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";
import { project } from "./projects.ts";

const formerProjectId = () => text("project_id").references(() => project.id, { onDelete: "set null" });

/**
 * The names of published apps below the domain of all apps. A released name keeps its row, and with it its last owner,
 * so that nobody else can take over its visitors at once.
 */
export const publishedName = pgTable(
  "published_name",
  {
    name: text("name").primaryKey(),
    /** The account that has the name, or had it last. No foreign key: the row outlives the account. */
    ownerId: text("owner_id").notNull(),
    /** The project at this name; null when the name is released, or its project deleted. */
    projectId: formerProjectId(),
    claimedAt: moment("claimed_at").notNull().defaultNow(),
    /** When the name was released; the sweep sets it for a deleted project. */
    releasedAt: moment("released_at"),
  },
  (t) => [index("published_name_project_id").on(t.projectId), index("published_name_released_at").on(t.releasedAt)],
);

/** The newest publications of a project whose builds the preview Worker keeps. */
export const publishedVersion = pgTable(
  "published_version",
  {
    projectId: text("project_id")
      .notNull()
      .references(() => project.id, { onDelete: "cascade" }),
    /** The project's `publication` when it was made, which names the stored build. */
    number: integer("number").notNull(),
    revision: integer("revision").notNull(),
    /** The staging whose build it has; null when it was built for the publication. */
    staged: integer("staged"),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.number] })],
);

/** The staged app of a project. The row outlives the app, so that its numbers only grow. */
export const stagedPublication = pgTable(
  "staged_publication",
  {
    projectId: text("project_id")
      .primaryKey()
      .references(() => project.id, { onDelete: "cascade" }),
    /** Counts the stagings and their ends; it names the stored build. */
    number: integer("number").notNull(),
    /** The unguessable label of the app's host; null when nothing is staged. */
    label: text("label").unique(),
    /** Null when nothing is staged. */
    revision: integer("revision"),
    stagedAt: moment("staged_at").notNull().defaultNow(),
    /** When the cron next updates the preview Worker; null once it has the change. */
    dueAt: moment("due_at").defaultNow(),
  },
  (t) => [index("staged_publication_due_at").on(t.dueAt)],
);

/** The domains that accounts have attached to their projects. A verified one belongs to one account. */
export const customDomain = pgTable(
  "custom_domain",
  {
    host: text("host").primaryKey(),
    ownerId: text("owner_id").notNull(),
    /** Null when the domain was removed or its project deleted, until the provider's hostname is deleted too. */
    projectId: formerProjectId(),
    /** The provider's id of the hostname; null until the provider has it. */
    providerId: text("provider_id"),
    status: text("status", { enum: ["pending", "active", "failed"] }).notNull(),
    certificate: text("certificate", { enum: ["pending", "active", "failed"] }).notNull(),
    /** The DNS records that the owner must create: [{type, name, value, purpose}]. */
    records: jsonb("records").notNull(),
    createdAt: createdAt(),
    /** When the sweep next asks the provider for the status, or retries the deletion. */
    dueAt: moment("due_at").notNull().defaultNow(),
  },
  (t) => [index("custom_domain_project_id").on(t.projectId), index("custom_domain_due_at").on(t.dueAt)],
);
