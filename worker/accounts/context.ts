import type { Config } from "../config/index.ts";
import type { Database } from "../database/index.ts";
import type { Actor } from "./actor.ts";

/** The context that every operation takes first: the configuration, the database and the actor. */
export type Context = { config: Config; database: Database; actor: Actor };
