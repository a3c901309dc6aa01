import { AsyncLocalStorage } from "node:async_hooks";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { ulid } from "ulid";
import { account, session, user, verification } from "../../drizzle/schema/index.ts";
import type { Config } from "../config/index.ts";
import { newId } from "../contract/index.ts";
import type { Database } from "../database/index.ts";
import { noteOwn } from "./audit.ts";
import { canMail, resetMail, sendMail } from "./mail.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { shortName } from "./short-name.ts";

/** How long a session is believed from its signed cookie alone, without asking the database. */
const cookieCacheSeconds = 30;

/** What the names of all our cookies begin with: where there is TLS, one that only this very host can set. */
export const cookiePrefixOf = ({ appUrl }: Config): string =>
  appUrl.startsWith("https:") ? "__Host-edgesmith" : "edgesmith";

/** What lets work go on behind the answer to the request that better-auth is serving. */
export const behindAnswer = new AsyncLocalStorage<(work: Promise<unknown>) => void>();

/** The accounts of which sessions end, or the password is reset, while better-auth serves a request. */
export const endedAccess = new AsyncLocalStorage<Set<string>>();

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
        onPasswordReset: ({ user: { id } }) => {
          endedAccess.getStore()?.add(id);
          return noteOwn(config, database, id, "password.reset");
        },
        // Whoever had the old one is out.
        revokeSessionsOnPasswordReset: true,
      }),
    },
    // A link that lies in the database in the clear would be good for an account.
    verification: { storeIdentifier: "hashed" },
    ...(config.github && {
      socialProviders: { github: { clientId: config.github.clientId, clientSecret: config.github.clientSecret } },
    }),
    account: { accountLinking: { enabled: true, requireLocalEmailVerified: true } },
    user: {
      additionalFields: {
        plan: { type: ["free", "pro", "enterprise"], defaultValue: config.defaultPlan, input: false },
        dailyMicroUsd: { type: "number", required: false, input: false, bigint: true },
      },
    },
    // A name from GitHub may be longer than one that is typed in here.
    databaseHooks: {
      user: { create: { before: async (made) => ({ data: { ...made, name: shortName(made.name) } }) } },
      // By whichever way somebody signs in or up.
      session: {
        create: { after: (made) => noteOwn(config, database, made.userId, "session.created") },
        delete: { after: async ({ userId }) => void endedAccess.getStore()?.add(userId) },
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
      backgroundTasks: { handler: (work) => behindAnswer.getStore()?.(work) },
      cookiePrefix: cookiePrefixOf(config),
      useSecureCookies: false,
      defaultCookieAttributes: { secure, httpOnly: true, sameSite: "lax", path: "/" },
      database: {
        generateId: ({ model }) => (model === "user" ? newId("user") : ulid().toLowerCase()),
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
