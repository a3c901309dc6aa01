import { relations, sql } from "drizzle-orm";
import { bigint, boolean, index, integer, pgTable, smallint, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdAt, moment } from "./columns.ts";

// user, session, account, verification and twoFactor have the columns that better-auth requires.

export const user = pgTable(
  "user",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    email: text("email").notNull().unique(),
    emailVerified: boolean("email_verified").notNull().default(false),
    image: text("image"),
    plan: text("plan", { enum: ["free", "pro", "enterprise"] })
      .notNull()
      .default("free"),
    /** Micro-dollars; null for the plan's budget. */
    dailyMicroUsd: bigint("daily_micro_usd", { mode: "number" }),
    /**
     * Incremented when all access to the account is revoked at once. Anything opened under a lower epoch is invalid.
     */
    accessEpoch: integer("access_epoch").notNull().default(0),
    /** When an operator suspended the account; null otherwise. */
    suspendedAt: moment("suspended_at"),
    /** When the sweep deletes the account for good; null unless its owner has requested that. */
    deletionDueAt: moment("deletion_due_at"),
    /** Whether signing in by password takes a second factor. */
    twoFactorEnabled: boolean("two_factor_enabled").notNull().default(false),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("user_closed").on(t.deletionDueAt).where(sql`${t.suspendedAt} IS NOT NULL OR ${t.deletionDueAt} IS NOT NULL`),
  ],
);

export const session = pgTable(
  "session",
  {
    id: text("id").primaryKey(),
    expiresAt: moment("expires_at").notNull(),
    token: text("token").notNull().unique(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    /** Whether a second factor was verified for this session. */
    secondFactor: boolean("second_factor").notNull().default(false),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [index("session_user_id").on(t.userId), index("session_expires_at").on(t.expiresAt)],
);

export const account = pgTable(
  "account",
  {
    id: text("id").primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: moment("access_token_expires_at"),
    refreshTokenExpiresAt: moment("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [index("account_user_id").on(t.userId), uniqueIndex("account_provider_subject").on(t.providerId, t.accountId)],
);

// better-auth needs these names to query a session with its user, and a user with its accounts.
export const userRelations = relations(user, ({ many }) => ({ sessions: many(session), accounts: many(account) }));
export const sessionRelations = relations(session, ({ one }) => ({
  user: one(user, { fields: [session.userId], references: [user.id] }),
}));
export const accountRelations = relations(account, ({ one }) => ({
  user: one(user, { fields: [account.userId], references: [user.id] }),
}));

export const verification = pgTable(
  "verification",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: createdAt(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [index("verification_identifier").on(t.identifier), index("verification_expires_at").on(t.expiresAt)],
);

/** An account's authenticator app: its secret and its backup codes, encrypted with AUTH_SECRET. */
export const twoFactor = pgTable("two_factor", {
  id: text("id").primaryKey(),
  userId: text("user_id")
    .notNull()
    .unique()
    .references(() => user.id, { onDelete: "cascade" }),
  secret: text("secret").notNull(),
  backupCodes: text("backup_codes").notNull(),
  /** Whether its owner has proven to have it, by a first code. */
  verified: boolean("verified").notNull().default(false),
  failedVerificationCount: integer("failed_verification_count").notNull().default(0),
  lockedUntil: moment("locked_until"),
});

export const apiToken = pgTable(
  "api_token",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    scopes: text("scopes").array().notNull(),
    /** Hex SHA-256 of the token; the token itself is not stored. */
    sha256: text("sha256").notNull().unique(),
    prefix: text("prefix").notNull(),
    last4: text("last4").notNull(),
    expiresAt: moment("expires_at"),
    lastUsedAt: moment("last_used_at"),
    revokedAt: moment("revoked_at"),
    /** The token that replaced this one by rotation, at most one. */
    successorId: text("successor_id"),
    createdAt: createdAt(),
  },
  (t) => [
    index("api_token_user_id").on(t.userId, t.id),
    index("api_token_revoked_at").on(t.revokedAt).where(sql`revoked_at IS NOT NULL`),
    index("api_token_expires_at").on(t.expiresAt).where(sql`${t.revokedAt} IS NULL`),
  ],
);

/** Subscriptions of an account, as last reported by Stripe. The account's plan is the best of them. */
export const subscription = pgTable(
  "subscription",
  {
    /** Stripe's id. */
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    /** Null when the subscription grants no plan (any more). */
    plan: text("plan", { enum: ["free", "pro", "enterprise"] }),
    /** When the state took effect, by Stripe's clock. */
    asOf: moment("as_of").notNull(),
    /** Stripe deleted the subscription; no further event can follow. */
    isEnded: boolean("is_ended").notNull().default(false),
    /** The rank of the event's kind: within one second the higher rank is the newer state. */
    rank: smallint("rank").notNull().default(0),
    /** The event that reported the state. */
    eventId: text("event_id").notNull().default(""),
  },
  (t) => [index("subscription_user_id").on(t.userId)],
);

export const audit = pgTable(
  "audit",
  {
    id: text("id").primaryKey(),
    userId: text("user_id").notNull(),
    actorKind: text("actor_kind", { enum: ["user", "token", "agent", "system"] }).notNull(),
    actorId: text("actor_id").notNull(),
    action: text("action").notNull(),
    subject: text("subject").notNull(),
    /** The client's IP address and User-Agent, when a request caused the action. */
    address: text("address"),
    userAgent: text("user_agent"),
    createdAt: createdAt(),
  },
  (t) => [index("audit_user_id").on(t.userId, t.id), index("audit_created_at").on(t.createdAt)],
);
