import { desc, eq } from "drizzle-orm";
import { project } from "../../../drizzle/schema/index.ts";
import type { Database } from "../../database/index.ts";

/** Selects the ids of an account's projects, most recently updated first. */
export const selectProjectsOf = (db: Database, ownerId: string) =>
  db.select({ id: project.id }).from(project).where(eq(project.ownerId, ownerId)).orderBy(desc(project.updatedAt));
