import { ulid } from "ulid";
import { account, session, twoFactor as twoFactorTable, user, verification } from "../../drizzle/schema/index.ts";
import type { Config } from "../config/index.ts";
import { newId } from "../contract/index.ts";
import type { Database } from "../database/index.ts";
import { verifiesEmail } from "./account-standing.ts";
import { auditSelf } from "./audit.ts";
import { afterPasswordReset, clientServed, hooksOf, servedRequest } from "./auth-hooks.ts";
import { canMail, resetMail, sendMail, verificationMail } from "./mail.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { versionedSecrets } from "./versioned-secrets.ts";

/**
 * How long the signed cookie alone proves a session, in seconds. An ended session can still read for this long.
 */
const cookieCacheSeconds = 5;

/** @returns the prefix of all our cookies: over TLS `__Host-`, so that only this host can set them */
export const cookiePrefixOf = ({ appUrl }: Pick<Config, "appUrl">): string =>
  appUrl.startsWith("https:") ? "__Host-edgesmith" : "edgesmith";

/** Whether the ids of a table appear in the API, and so have a prefix for their type. */
const isNamed = (model: string): model is "user" | "session" => model === "user" || model === "session";

/** @returns better-auth's options for email and password: hashing, mails, and the hook after a password reset */
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

type Library = Pick<typeof import("./better-auth.ts"), "betterAuth" | "drizzleAdapter" | "twoFactor">;

function build({ betterAuth, drizzleAdapter, twoFactor }: Library, config: Config, database: Database) {
  const secure = config.appUrl.startsWith("https:");
  return betterAuth({
    appName: "Edgesmith",
    baseURL: config.appUrl,
    basePath: "/v1/auth",
    secret: config.authSecret,
    secrets: versionedSecrets(config),
    trustedOrigins: [config.appOrigin],
    // The driver sends each transaction as one HTTP request, so the adapter cannot keep one open.
    database: drizzleAdapter(database, {
      provider: "pg",
      schema: { user, session, account, verification, twoFactor: twoFactorTable },
      transaction: false,
    }),
    ...passwordOptions(config, database),
    // Stored in plain text, the links in this table would give access to accounts.
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
    // An account that signs in by GitHub has no password to confirm with.
    plugins: [twoFactor({ issuer: "Edgesmith", allowPasswordless: true })],
    session: {
      additionalFields: { secondFactor: { type: "boolean", required: false, defaultValue: false, input: false } },
      expiresIn: 60 * 60 * 24 * 30,
      updateAge: 60 * 60 * 24,
      cookieCache: { enabled: true, maxAge: cookieCacheSeconds },
    },
    // Our limiter (`limits/`) counts in a store that all isolates share.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    // Rethrows unexpected errors to our handler: better-auth would print them unredacted, with the parameters of the
    // query.
    onAPIError: { throw: true },
    advanced: {
      // Sends mail after the response, so that the response time does not reveal whether an address has an account.
      backgroundTasks: { handler: (work) => servedRequest.getStore()?.waitUntil(work) },
      cookiePrefix: cookiePrefixOf(config),
      useSecureCookies: false,
      defaultCookieAttributes: { secure, httpOnly: true, sameSite: "lax", path: "/" },
      database: {
        generateId: ({ model }) => (isNamed(model) ? newId(model) : ulid().toLowerCase()),
        // Reads a session and its user in one request to the database.
        joins: true,
      },
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
    },
  });
}

export type Auth = ReturnType<typeof build>;

const built = new WeakMap<Database, Auth>();

/**
 * Loads better-auth at its first use: an isolate that serves only programs, with their tokens, never needs it.
 * @returns better-auth over our tables, one instance per isolate; it serves `/v1/auth/*`
 */
export async function authOf(config: Config, database: Database): Promise<Auth> {
  const known = built.get(database);
  if (known) return known;
  const { betterAuth, drizzleAdapter, twoFactor } = await import("./better-auth.ts");
  // Another request may have built it meanwhile.
  const auth = built.get(database) ?? build({ betterAuth, drizzleAdapter, twoFactor }, config, database);
  built.set(database, auth);
  return auth;
}
