import type { ApiToken, NewApiToken, Page, Scope } from "../contract/index.ts";
import { newId } from "../contract/index.ts";
import { executeIdempotent, executeIdempotentBatch, lockUser, type PageRequest, pageFrom } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { Context } from "./context.ts";
import { endAccess, recordEnded } from "./end-access.ts";
import { insertTokenWithin, rotateTokenRow, selectTokenById, selectTokens, type TokenRow } from "./store.ts";
import { hashToken, newTokenText } from "./token-text.ts";

/** The maximum number of active tokens (neither revoked nor expired) per account. */
const maxTokens = 50;

const noSuchToken = () => new AppError("not_found", "Token not found.");

const toToken = (row: TokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  // `insertTokenWithin` only stores scopes from the contract's list.
  scopes: row.scopes as Scope[],
  prefix: row.prefix,
  last4: row.last4,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

export type NewTokenInput = { name: string; scopes: Scope[]; expiresInDays?: number | undefined };

/**
 * Creates a token. Only this response contains its text; the database stores its hash.
 * @throws AppError `limit_reached` when the account has 50 active ones
 */
export async function createToken(context: Context, input: NewTokenInput): Promise<NewApiToken> {
  const { database, actor } = context;
  const expiresAt = input.expiresInDays === undefined ? null : new Date(Date.now() + input.expiresInDays * 86_400_000);
  const { text, ...fresh } = await newToken();
  const row = { ...fresh, userId: actor.ownerId, name: input.name, scopes: [...new Set(input.scopes)], expiresAt };
  const [, inserted] = await executeIdempotentBatch(database, [
    lockUser(database, actor.ownerId),
    insertTokenWithin(database, row, maxTokens),
  ]);
  if (inserted.rows.length === 0) {
    const detail = `You can have at most ${maxTokens} tokens. Revoke one you no longer use.`;
    throw new AppError("limit_reached", detail, { members: { limit: maxTokens } });
  }
  return { ...(await storedToken(context, row.id)), token: text };
}

async function newToken() {
  const text = newTokenText();
  return {
    text,
    id: newId("token"),
    sha256: await hashToken(text),
    prefix: text.slice(0, 8),
    last4: text.slice(-4),
  };
}

async function storedToken({ database, actor }: Context, id: string): Promise<ApiToken> {
  const [row] = await executeIdempotent(selectTokenById(database, actor.ownerId, id));
  if (!row) throw noSuchToken();
  return toToken(row);
}

/** Lists the account's tokens, newest first, without their texts. */
export async function listTokens({ database, actor }: Context, page: PageRequest): Promise<Page<ApiToken>> {
  const rows = await executeIdempotent(selectTokens(database, actor.ownerId, page.after, page.limit + 1));
  const { data, pagination } = pageFrom(rows, page, (row) => row.id);
  return { data: data.map(toToken), pagination };
}

/**
 * Revokes a token at once.
 * @throws AppError `not_found`
 */
export async function revokeToken({ database, actor }: Context, id: string): Promise<void> {
  if (!(await endAccess(database, actor.ownerId, { what: "token", id }))) throw noSuchToken();
}

/**
 * Creates a successor with the same name, scopes and expiry; the old token stays valid for `overlapSeconds`. A token
 * gets one successor, even in concurrent requests.
 * @throws AppError `not_found`; `conflict` when it was rotated before
 */
export async function rotateToken(context: Context, id: string, overlapSeconds: number): Promise<NewApiToken> {
  const { database, actor } = context;
  const { text, ...fresh } = await newToken();
  const { rows } = await executeIdempotent(
    rotateTokenRow(database, { ownerId: actor.ownerId, id, overlapSeconds, fresh }),
  );
  // Without an overlap the old token ends now; after an overlap the cron's sweep closes its connections.
  if (overlapSeconds === 0) recordEnded(actor.ownerId, false);
  const [old] = rows.length > 0 ? [] : await executeIdempotent(selectTokenById(database, actor.ownerId, id));
  if (rows.length > 0 || old?.successorId === fresh.id)
    return { ...(await storedToken(context, fresh.id)), token: text };
  if (old && old.revokedAt === null && old.successorId !== null)
    throw new AppError("conflict", "This token was already rotated. Rotate its replacement.");
  throw noSuchToken();
}
