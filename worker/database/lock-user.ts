import { eq } from "drizzle-orm";
import { user } from "../../drizzle/schema/index.ts";
import type { Database } from "./connect.ts";

/** Locks an account's row until the transaction ends, so that changes of one account run one after the other. */
export const lockUser = (db: Database, id: string) =>
  db.select({ id: user.id }).from(user).where(eq(user.id, id)).for("no key update");
