import { and, eq } from "drizzle-orm";
import { session } from "../../drizzle/schema/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";

/** Marks a session, such as one from a GitHub sign-in, after a second factor was verified for it. */
export async function verifySecondFactor(database: Database, userId: string, sessionId: string): Promise<void> {
  await executeIdempotent(
    database
      .update(session)
      .set({ secondFactor: true })
      .where(and(eq(session.userId, userId), eq(session.id, sessionId))),
  );
}
