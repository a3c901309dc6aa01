import { and, eq } from "drizzle-orm";
import { session } from "../../drizzle/schema/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";

/** Marks a session of an account after a second factor was verified for it, such as one that GitHub began. */
export async function verifySecondFactor(database: Database, userId: string, sessionId: string): Promise<void> {
  await executeIdempotent(
    database
      .update(session)
      .set({ secondFactor: true })
      .where(and(eq(session.userId, userId), eq(session.id, sessionId))),
  );
}
