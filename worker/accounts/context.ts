import type { Config } from "../config/index.ts";
import type { Database } from "../database/index.ts";
import type { Actor } from "./actor.ts";

/** What every verb gets first: the configuration, the database, and who is acting. */
export type Context = { config: Config; database: Database; actor: Actor };
