import { AsyncLocalStorage } from "node:async_hooks";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { ulid } from "ulid";
import { account, session, user, verification } from "../../drizzle/schema/index.ts";
import type { Config } from "../config/index.ts";
import { newId } from "../contract/index.ts";
import { type Database, read } from "../database/index.ts";
import { type Client, noClient, noteOwn } from "./audit.ts";
import { endAccess } from "./end-access.ts";
import { canMail, passwordResetMail, resetMail, sendMail, verificationMail } from "./mail.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { verifiesEmail } from "./require-standing.ts";
import { shortName } from "./short-name.ts";
import { selectSubjects, selectUser, setEmailVerified } from "./store.ts";

/** How long a session is believed from its signed cookie alone, without asking the database: so long may one be read by that is over. */
const cookieCacheSeconds = 5;

/** What the names of all our cookies begin with: where there is TLS, one that only this very host can set. */
export const cookiePrefixOf = ({ appUrl }: Config): string =>
  appUrl.startsWith("https:") ? "__Host-edgesmith" : "edgesmith";

/** The request that better-auth is serving: what lets work go on behind its answer, and who has sent it. */
type ServedRequest = { waitUntil: (work: Promise<unknown>) => void; client: Client };

export const servedRequest = new AsyncLocalStorage<ServedRequest>();

const clientServed = (): Client => servedRequest.getStore()?.client ?? noClient;

/** One gate on every way to a session: by password, by a provider, by a new password. */
async function refuseSuspended(database: Database, userId: string): Promise<void> {
  const [found] = await read(selectUser(database, userId));
  if (found?.suspendedAt) {
    throw new APIError("FORBIDDEN", { code: "ACCOUNT_SUSPENDED", message: "This account is suspended." });
  }
}

/** Whoever had the old password is out, with all that they may have left behind. */
async function afterPasswordReset(config: Config, database: Database, { id, email }: { id: string; email: string }) {
  await endAccess(database, id, { what: "everything", reason: "reset" });
  // The link has come to this address, and nowhere else.
  await read(setEmailVerified(database, id));
  await noteOwn(config, database, id, "password.reset", clientServed());
  const mail = sendMail(config, passwordResetMail(config, email));
  servedRequest.getStore()?.waitUntil(mail);
}

type Linked = { userId: string; providerId: string; accountId: string };

/** An account is one person's at a provider: another one of the same address is somebody who has that address by now. */
async function refuseOtherSubject(database: Database, { userId, providerId, accountId }: Linked): Promise<void> {
  const linked = await read(selectSubjects(database, userId, providerId));
  if (linked.some((one) => one.accountId !== accountId))
    throw new APIError("FORBIDDEN", {
      code: "account_not_linked",
      message: "This account is linked to somebody else.",
    });
}

/** Whether an id of a row stands in the API, and so says what it is of. */
const isNamed = (model: string): model is "user" | "session" => model === "user" || model === "session";

/** We ask a provider who somebody is, once; nothing of ours uses its tokens later. */
const withoutProviderTokens = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
};

function build(config: Config, database: Database) {
  const secure = config.appUrl.startsWith("https:");
  return betterAuth({
    appName: "Edgesmith",
    baseURL: config.appUrl,
    basePath: "/v1/auth",
    secret: config.authSecret,
    trustedOrigins: [config.appOrigin],
    // One HTTP request is one transaction here, so the adapter cannot hold one open over several.
    database: drizzleAdapter(database, {
      provider: "pg",
      schema: { user, session, account, verification },
      transaction: false,
    }),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: verifyPassword },
      ...(canMail(config) && {
        sendResetPassword: ({ user: { email }, token }) => sendMail(config, resetMail(config, email, token)),
        onPasswordReset: ({ user: reset }) => afterPasswordReset(config, database, reset),
        revokeSessionsOnPasswordReset: true,
      }),
    },
    emailVerification: {
      expiresIn: 60 * 60 * 24,
      sendOnSignUp: verifiesEmail(config),
      ...(canMail(config) && {
        sendVerificationEmail: ({ user: { email }, token }) => sendMail(config, verificationMail(config, email, token)),
      }),
      afterEmailVerification: ({ id }) => noteOwn(config, database, id, "email.verified", clientServed()),
    },
    // A link that lies in the database in the clear would be good for an account.
    verification: { storeIdentifier: "hashed" },
    ...(config.github && {
      socialProviders: { github: { clientId: config.github.clientId, clientSecret: config.github.clientSecret } },
    }),
    account: {
      accountLinking: { enabled: true, requireLocalEmailVerified: true },
      updateAccountOnSignIn: false,
    },
    user: {
      additionalFields: {
        plan: { type: ["free", "pro", "enterprise"], defaultValue: config.defaultPlan, input: false },
        dailyMicroUsd: { type: "number", required: false, input: false, bigint: true },
        suspendedAt: { type: "date", required: false, input: false },
        deletionDueAt: { type: "date", required: false, input: false },
      },
    },
    // A name from GitHub may be longer than one that is typed in here.
    databaseHooks: {
      user: { create: { before: async (made) => ({ data: { ...made, name: shortName(made.name) } }) } },
      // By whichever way somebody signs in or up.
      session: {
        create: {
          before: (made) => refuseSuspended(database, made.userId),
          after: (made) => noteOwn(config, database, made.userId, "session.created", clientServed()),
        },
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
    },
    session: {
      expiresIn: 60 * 60 * 24 * 30,
      updateAge: 60 * 60 * 24,
      cookieCache: { enabled: true, maxAge: cookieCacheSeconds },
    },
    // Ours (limits/) counts in a store that all isolates share.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    // What is not an answer of its own is ours to tell of: it would write it to the console as it is, parameters included.
    onAPIError: { throw: true },
    advanced: {
      // A mail goes on behind the answer, which so takes as long for an address that nobody has.
      backgroundTasks: { handler: (work) => servedRequest.getStore()?.waitUntil(work) },
      cookiePrefix: cookiePrefixOf(config),
      useSecureCookies: false,
      defaultCookieAttributes: { secure, httpOnly: true, sameSite: "lax", path: "/" },
      database: {
        generateId: ({ model }) => (isNamed(model) ? newId(model) : ulid().toLowerCase()),
        // A session and its user by one request to the database, not one after the other.
        joins: true,
      },
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
    },
  });
}

export type Auth = ReturnType<typeof build>;

const built = new WeakMap<Database, Auth>();

/** better-auth over our tables, one an isolate. It serves `/v1/auth/*`. */
export function authOf(config: Config, database: Database): Auth {
  const auth = built.get(database) ?? build(config, database);
  built.set(database, auth);
  return auth;
}
