import { AsyncLocalStorage } from "node:async_hooks";
import { APIError } from "better-auth/api";
import type { BetterAuthOptions } from "better-auth/minimal";
import type { Config } from "../config/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { auditSelf, type Client, noClient } from "./audit.ts";
import { endAccess, recordEnded } from "./end-access.ts";
import { passwordResetMail, sendMail } from "./mail.ts";
import { selectSubjects, selectUser, setEmailVerified } from "./store.ts";
import { truncateName } from "./truncate-name.ts";

/** The request that better-auth is serving: what lets work go on behind its answer, and who has sent it. */
type ServedRequest = { waitUntil: (work: Promise<unknown>) => void; client: Client };

export const servedRequest = new AsyncLocalStorage<ServedRequest>();

export const clientServed = (): Client => servedRequest.getStore()?.client ?? noClient;

/** One gate on every way to a session: by password, by a provider, by a new password. */
async function refuseSuspended(database: Database, userId: string): Promise<void> {
  const [found] = await executeIdempotent(selectUser(database, userId));
  if (found?.suspendedAt) {
    throw new APIError("FORBIDDEN", { code: "ACCOUNT_SUSPENDED", message: "This account is suspended." });
  }
}

/** Whoever had the old password is out, with all that they may have left behind. */
export async function afterPasswordReset(
  config: Config,
  database: Database,
  { id, email }: { id: string; email: string },
) {
  await endAccess(database, id, { what: "everything", reason: "reset" });
  // The link has come to this address, and nowhere else.
  await executeIdempotent(setEmailVerified(database, id));
  await auditSelf(config, database, id, "password.reset", clientServed());
  const mail = sendMail(config, passwordResetMail(config, email));
  servedRequest.getStore()?.waitUntil(mail);
}

type Linked = { userId: string; providerId: string; accountId: string };

/** An account is one person's at a provider: another one of the same address is somebody who has that address by now. */
async function refuseOtherSubject(database: Database, { userId, providerId, accountId }: Linked): Promise<void> {
  const linked = await executeIdempotent(selectSubjects(database, userId, providerId));
  if (linked.some((one) => one.accountId !== accountId))
    throw new APIError("FORBIDDEN", {
      code: "account_not_linked",
      message: "This GitHub account is linked to another user.",
    });
}

/** We ask a provider who somebody is, once; nothing of ours uses its tokens later. */
const withoutProviderTokens = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
};

/** What happens around the rows that better-auth writes, by whichever way somebody signs in or up. */
export const hooksOf = (config: Config, database: Database): NonNullable<BetterAuthOptions["databaseHooks"]> => ({
  // A name from GitHub may be longer than one that is typed in here.
  user: { create: { before: async (made) => ({ data: { ...made, name: truncateName(made.name) } }) } },
  session: {
    create: {
      before: (made) => refuseSuspended(database, made.userId),
      after: (made) => auditSelf(config, database, made.userId, "session.created", clientServed()),
    },
    delete: { after: async ({ userId }) => recordEnded(userId, false) },
  },
  account: {
    create: {
      before: async (made) => {
        await refuseOtherSubject(database, made);
        return { data: { ...made, ...withoutProviderTokens } };
      },
    },
    update: { before: async (changed) => ({ data: { ...changed, ...withoutProviderTokens } }) },
  },
});
