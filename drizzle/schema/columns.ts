import { timestamp } from "drizzle-orm/pg-core";

/** A timestamp with the millisecond precision of the API. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
export const createdAt = () => moment("created_at").notNull().defaultNow();
