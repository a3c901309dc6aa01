import { index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";
import { project } from "./projects.ts";

const projectId = () =>
  text("project_id")
    .notNull()
    .references(() => project.id, { onDelete: "cascade" });

/** Which app a row is for. A value for one app is preferred to the value for both. */
const target = () => text("target", { enum: ["preview", "public", "both"] }).notNull();

/** Variables of an app, which its server reads. */
export const appVariable = pgTable(
  "app_variable",
  {
    projectId: projectId(),
    name: text("name").notNull(),
    target: target(),
    value: text("value").notNull(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.name, t.target] })],
);

/** Secrets of an app, which only requests to granted hosts carry. */
export const appSecret = pgTable(
  "app_secret",
  {
    projectId: projectId(),
    name: text("name").notNull(),
    target: target(),
    /** AES-GCM under a key of the project, bound to the name and the target. */
    sealed: text("sealed").notNull(),
    /** See the column of the same name in `webhook`. */
    sealKey: text("seal_key").notNull(),
    /** Counts the values of the name, from 1. */
    version: integer("version").notNull(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.name, t.target] }), index("app_secret_seal_key").on(t.sealKey)],
);

/** How a grant attaches a secret: the name of a header or a query parameter, and its value with `{{NAME}}`. */
export type Attachment = { name: string; template: string };

/** Hosts that an app's server may call. */
export const appGrant = pgTable(
  "app_grant",
  {
    id: text("id").primaryKey(),
    projectId: projectId(),
    host: text("host").notNull(),
    /** Null: all. */
    methods: text("methods").array(),
    pathPrefix: text("path_prefix"),
    header: jsonb("header").$type<Attachment>(),
    query: jsonb("query").$type<Attachment>(),
    target: target(),
    createdAt: createdAt(),
  },
  (t) => [index("app_grant_project_id").on(t.projectId, t.id)],
);
