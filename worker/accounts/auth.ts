import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { ulid } from "ulid";
import { account, session, user, verification } from "../../drizzle/schema/index.ts";
import type { Config } from "../config/index.ts";
import { newId } from "../contract/index.ts";
import type { Database } from "../database/index.ts";
import { verifiesEmail } from "./account-standing.ts";
import { auditSelf } from "./audit.ts";
import { afterPasswordReset, clientServed, hooksOf, servedRequest } from "./auth-hooks.ts";
import { canMail, resetMail, sendMail, verificationMail } from "./mail.ts";
import { hashPassword, verifyPassword } from "./password.ts";

/** How long a session is believed from its signed cookie alone, without asking the database: so long may one be read by that is over. */
const cookieCacheSeconds = 5;

/** What the names of all our cookies begin with: where there is TLS, one that only this very host can set. */
export const cookiePrefixOf = ({ appUrl }: Pick<Config, "appUrl">): string =>
  appUrl.startsWith("https:") ? "__Host-edgesmith" : "edgesmith";

/** Whether an id of a row stands in the API, and so says what it is of. */
const isNamed = (model: string): model is "user" | "session" => model === "user" || model === "session";

/** Email and password, the mails about them, and what a new password ends. */
const passwordOptions = (config: Config, database: Database) => ({
  emailAndPassword: {
    enabled: true,
    minPasswordLength: 8,
    maxPasswordLength: 128,
    password: { hash: hashPassword, verify: verifyPassword },
    ...(canMail(config) && {
      sendResetPassword: ({ user: { email }, token }: Mailed) => sendMail(config, resetMail(config, email, token)),
      onPasswordReset: ({ user: reset }: Pick<Mailed, "user">) => afterPasswordReset(config, database, reset),
      revokeSessionsOnPasswordReset: true,
    }),
  },
  emailVerification: {
    expiresIn: 60 * 60 * 24,
    sendOnSignUp: verifiesEmail(config),
    ...(canMail(config) && {
      sendVerificationEmail: ({ user: { email }, token }: Mailed) =>
        sendMail(config, verificationMail(config, email, token)),
    }),
    afterEmailVerification: ({ id }: Mailed["user"]) =>
      auditSelf(config, database, id, "email.verified", clientServed()),
  },
});

type Mailed = { user: { id: string; email: string }; token: string };

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
    ...passwordOptions(config, database),
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
    databaseHooks: hooksOf(config, database),
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
