import type { Context } from "hono";
import { isFamiliarNetwork } from "../../accounts/index.ts";
import { networksOf } from "../../contract/index.ts";
import { type AuthClass, checkLimit, limitByNetwork, limiterOf, limitSignIn, refund } from "../../limits/index.ts";
import type { AppEnv } from "../environment.ts";
import { clientIp } from "../middleware/client-ip.ts";
import type { AuthBody } from "./auth-body.ts";
import type { AuthPath } from "./auth-methods.ts";
import { sessionIn } from "./auth-session.ts";

/** The limit class of a path's requests by IP address. */
const addressClasses: Partial<Record<AuthPath, "auth" | "password-reset-address">> = {
  "/sign-up/email": "auth",
  "/sign-in/email": "auth",
  "/sign-in/social": "auth",
  "/two-factor/verify-totp": "auth",
  "/two-factor/verify-backup-code": "auth",
  "/request-password-reset": "password-reset-address",
  "/reset-password": "password-reset-address",
  "/send-verification-email": "password-reset-address",
};

/**
 * Counts a request against its client's IP address, before the body is read.
 * @throws AppError `rate_limited`, `dependency_down`
 */
export async function limitAddress(c: Context<AppEnv>, path: AuthPath): Promise<void> {
  const limitClass = addressClasses[path];
  if (limitClass === undefined) return;
  const limiter = limiterOf(c.env, c.get("config"));
  const headers = await limitByNetwork(limiter, limitClass, networksOf(clientIp(c)));
  for (const [name, value] of Object.entries(headers)) c.get("answerHeaders").set(name, value);
}

type Attempt = { succeeded: () => Promise<void> };

const uncounted: Attempt = { succeeded: async () => undefined };

/**
 * Counts a request against the account that it names. A client over the limit of its IP address is refused before this.
 * @returns the attempt, whose `succeeded` refunds the count
 * @throws AppError `rate_limited`, `dependency_down`
 */
export async function limitAccount(c: Context<AppEnv>, path: AuthPath, { email }: AuthBody): Promise<Attempt> {
  const limiter = limiterOf(c.env, c.get("config"));
  if (path === "/change-password" || path.startsWith("/two-factor/")) return limitPasswordChange(c);
  if (email === null) return uncounted;
  if (path === "/sign-in/email") {
    const address = clientIp(c);
    return limitSignIn({ limiter, account: email, network: networksOf(address).own }, () =>
      isFamiliarNetwork(c.get("database"), email, address),
    );
  }
  const mailed: Partial<Record<AuthPath, AuthClass>> = {
    "/request-password-reset": "password-reset",
    "/send-verification-email": "verification-mail",
  };
  const limitClass = mailed[path];
  if (limitClass !== undefined) await checkLimit({ limiter, class: limitClass, key: email });
  return uncounted;
}

/**
 * Limits the attempts to enter a password or a code in a session, so that a stranger at an open browser cannot guess
 * them.
 * Without a session, better-auth limits the codes of a sign-in.
 */
async function limitPasswordChange(c: Context<AppEnv>): Promise<Attempt> {
  const session = await sessionIn(c);
  if (!session) return uncounted;
  const question = {
    limiter: limiterOf(c.env, c.get("config")),
    class: "password-change",
    key: session.user.id,
  } as const;
  await checkLimit(question);
  return { succeeded: () => refund(question) };
}
