import type { Context } from "hono";
import { auditSelf, verifySecondFactor } from "../../accounts/index.ts";
import type { AuditAction } from "../../contract/index.ts";
import type { AppEnv } from "../environment.ts";
import { auditClient } from "../middleware/client-ip.ts";
import type { AuthPath } from "./auth-methods.ts";
import { sessionIn } from "./auth-session.ts";

type Session = NonNullable<Awaited<ReturnType<typeof sessionIn>>>;

/** A request about the second factor of the session's account. */
export class SecondFactorRequest {
  readonly #c: Context<AppEnv>;
  readonly #path: AuthPath;
  readonly #session: Session;

  private constructor(c: Context<AppEnv>, path: AuthPath, session: Session) {
    this.#c = c;
    this.#path = path;
    this.#session = session;
  }

  /** @returns null for another path, and for the second step of a sign-in, which has no session yet */
  static async of(c: Context<AppEnv>, path: AuthPath): Promise<SecondFactorRequest | null> {
    if (!path.startsWith("/two-factor/")) return null;
    const session = await sessionIn(c);
    return session && new SecondFactorRequest(c, path, session);
  }

  /** Records the request's action in the audit log, and marks its session where a code was verified for it. */
  async succeeded(): Promise<void> {
    const { user, session } = this.#session;
    const [config, database] = [this.#c.get("config"), this.#c.get("database")];
    const isVerified = this.#path === "/two-factor/verify-totp" || this.#path === "/two-factor/verify-backup-code";
    // The first code of a new second factor created a session of its own.
    if (isVerified && user.twoFactorEnabled) await verifySecondFactor(database, user.id, session.id);
    const action = this.#action();
    if (action !== null) await auditSelf(config, database, user.id, action, auditClient(this.#c));
  }

  #action(): AuditAction | null {
    if (this.#path === "/two-factor/disable") return "second_factor.disabled";
    if (this.#path === "/two-factor/generate-backup-codes") return "second_factor.codes_created";
    const isFirst = this.#path === "/two-factor/verify-totp" && !this.#session.user.twoFactorEnabled;
    return isFirst ? "second_factor.enabled" : null;
  }
}
