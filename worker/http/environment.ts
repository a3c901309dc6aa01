import type { Actor } from "../accounts/index.ts";
import type { Config } from "../config/index.ts";
import type { BuilderRpc } from "../contract/index.ts";
import type { Database } from "../database/index.ts";
import type { AppError } from "../errors.ts";
import type { Reporter } from "../monitoring/index.ts";

/**
 * The bindings of wrangler.toml, as `npm run types:bindings` writes them; the variables are read by config/ alone. Wrangler does not
 * know what the preview Worker's entry point offers.
 */
export type Env = Omit<ApiBindings, "PREVIEW" | "APP_URL" | "PREVIEW_DOMAIN"> & { PREVIEW: BuilderRpc };

/** What the middleware gives every handler. */
export type AppEnv = {
  Bindings: Env;
  Variables: {
    requestId: string;
    config: Config;
    database: Database;
    reporter: Reporter;
    /** Null on a public route called without a credential. */
    actor: Actor | null;
    /** Whether the session was looked up for this request, and not believed from its cookie. */
    isSessionVerified: boolean | undefined;
    /** Whether a ticket stands in the place of a credential: then no cookie is what lets the request in. */
    hasTicket: boolean | undefined;
    /** Names the write for ever: the same for every request with the same Idempotency-Key. */
    opId: string;
    /** Headers that the answer must carry whatever it is. */
    answerHeaders: Headers;
    /** Why a body was refused while it was parsed, where that is not for being no JSON. */
    bodyFault: AppError | undefined;
    problemCode: string | undefined;
  };
};
