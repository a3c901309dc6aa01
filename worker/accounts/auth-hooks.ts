import { AsyncLocalStorage } from "node:async_hooks";
import type { BetterAuthOptions } from "better-auth/minimal";
import type { Config } from "../config/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { auditSelf, type Client, noClient } from "./audit.ts";
import { endAccess, recordEnded } from "./end-access.ts";
import { passwordResetMail, sendMail } from "./mail.ts";
import { selectSubjects, selectUser, setEmailVerified } from "./store.ts";
import { truncateName } from "./truncate-name.ts";

/** The context of the request that better-auth serves: its client, and `waitUntil` for work after the response. */
type ServedRequest = {
  waitUntil: (work: Promise<unknown>) => void;
  client: Client;
  /** The path below `/v1/auth`. */
  path: string;
  /** Whether the sign-in so far is the first of two steps. */
  awaitsSecondFactor?: boolean;
};

export const servedRequest = new AsyncLocalStorage<ServedRequest>();

/** @returns the client of the request that better-auth serves */
export const clientServed = (): Client => servedRequest.getStore()?.client ?? noClient;

/** Paths that verify a second factor. The sessions that they create have one. */
const secondFactorPaths = new Set(["/two-factor/verify-totp", "/two-factor/verify-backup-code"]);

/**
 * Refuses a session for a suspended account, whether by password, by provider or by password reset. Marks a session for
 * which a second factor was verified.
 * @throws APIError `ACCOUNT_SUSPENDED`
 */
async function beforeSession(database: Database, userId: string) {
  const [found] = await executeIdempotent(selectUser(database, userId));
  if (found?.suspendedAt) {
    const { APIError } = await import("./better-auth.ts");
    throw new APIError("FORBIDDEN", { code: "ACCOUNT_SUSPENDED", message: "This account is suspended." });
  }
  const served = servedRequest.getStore();
  // better-auth ends this session itself before the client receives it.
  if (served?.path === "/sign-in/email") served.awaitsSecondFactor = found?.twoFactorEnabled === true;
  return { data: { secondFactor: secondFactorPaths.has(served?.path ?? "") } };
}

/** Records a session in the account's audit log, unless better-auth ends it because the second factor is missing. */
async function afterSession(config: Config, database: Database, userId: string): Promise<void> {
  if (servedRequest.getStore()?.awaitsSecondFactor === true) return;
  await auditSelf(config, database, userId, "session.created", clientServed());
}

/** Ends all other access after a password reset, verifies the email address and notifies its owner. */
export async function afterPasswordReset(
  config: Config,
  database: Database,
  { id, email }: { id: string; email: string },
) {
  await endAccess(database, id, { what: "everything", reason: "reset" });
  // The link was mailed to this address only, so whoever used it owns the address.
  await executeIdempotent(setEmailVerified(database, id));
  await auditSelf(config, database, id, "password.reset", clientServed());
  const mail = sendMail(config, passwordResetMail(config, email));
  servedRequest.getStore()?.waitUntil(mail);
}

type Linked = { userId: string; providerId: string; accountId: string };

/**
 * Refuses a second identity of the same provider: it belongs to somebody who has taken over the email address.
 * @throws APIError with status 403
 */
async function refuseOtherSubject(database: Database, { userId, providerId, accountId }: Linked): Promise<void> {
  const linked = await executeIdempotent(selectSubjects(database, userId, providerId));
  if (linked.some((identity) => identity.accountId !== accountId)) {
    const { APIError } = await import("./better-auth.ts");
    const message = "This GitHub account is linked to another user.";
    throw new APIError("FORBIDDEN", { code: "account_not_linked", message });
  }
}

/**
 * Removes the provider's tokens before a row is stored: they serve to identify a person once, and nothing uses them
 * later.
 */
const withoutProviderTokens = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
};

/** @returns the hooks on the rows that better-auth writes, which every way of signing in or up passes through */
export const hooksOf = (config: Config, database: Database): NonNullable<BetterAuthOptions["databaseHooks"]> => ({
  // GitHub allows longer names than our forms.
  user: { create: { before: async (row) => ({ data: { ...row, name: truncateName(row.name) } }) } },
  session: {
    create: {
      before: (row) => beforeSession(database, row.userId),
      after: (row) => afterSession(config, database, row.userId),
    },
    delete: { after: async ({ userId }) => recordEnded(userId, false) },
  },
  account: {
    create: {
      before: async (row) => {
        await refuseOtherSubject(database, row);
        return { data: { ...row, ...withoutProviderTokens } };
      },
    },
    update: { before: async (changed) => ({ data: { ...changed, ...withoutProviderTokens } }) },
  },
});
