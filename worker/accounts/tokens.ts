import type { ApiToken, NewApiToken, Page, Scope } from "../contract/index.ts";
import { newId } from "../contract/index.ts";
import { type PageRequest, pageFrom, read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import type { Context } from "./context.ts";
import { expireTokenRow, insertToken, revokeTokenRow, selectToken, selectTokens, type TokenRow } from "./store.ts";
import { hashToken, newTokenText } from "./token-text.ts";

const noSuchToken = () => new AppError("not_found", "There is no such token.");

const shown = (row: TokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  // Written by us from the contract's list.
  scopes: row.scopes as Scope[],
  prefix: row.prefix,
  last4: row.last4,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

export type NewTokenInput = { name: string; scopes: Scope[]; expiresInDays?: number | undefined };

/** Makes a token and shows it this once; the database keeps its hash. */
export async function createToken(context: Context, input: NewTokenInput): Promise<NewApiToken> {
  const expiresAt = input.expiresInDays === undefined ? null : new Date(Date.now() + input.expiresInDays * 86_400_000);
  return insert(context, { name: input.name, scopes: [...new Set(input.scopes)], expiresAt });
}

async function insert(
  { database, actor }: Context,
  token: { name: string; scopes: string[]; expiresAt: Date | null },
): Promise<NewApiToken> {
  const text = newTokenText();
  const row = {
    ...token,
    id: newId("token"),
    userId: actor.ownerId,
    sha256: await hashToken(text),
    prefix: text.slice(0, 8),
    last4: text.slice(-4),
  };
  const [inserted] = await insertToken(database, row);
  if (!inserted) throw new AppError("internal", "The token was not stored.");
  return { ...shown(inserted), token: text };
}

export async function listTokens({ database, actor }: Context, page: PageRequest): Promise<Page<ApiToken>> {
  const rows = await read(selectTokens(database, actor.ownerId, page.after, page.limit + 1));
  const { data, pagination } = pageFrom(rows, page, (row) => row.id);
  return { data: data.map(shown), pagination };
}

export async function revokeToken({ database, actor }: Context, id: string): Promise<void> {
  const [revoked] = await read(revokeTokenRow(database, actor.ownerId, id));
  if (!revoked) throw noSuchToken();
}

/** A new token with the same name, scopes and expiry; the old one goes on for `overlapSeconds`. */
export async function rotateToken(context: Context, id: string, overlapSeconds: number): Promise<NewApiToken> {
  const { database, actor } = context;
  const [old] = await read(selectToken(database, actor.ownerId, id));
  if (!old) throw noSuchToken();
  const fresh = await insert(context, { name: old.name, scopes: old.scopes, expiresAt: old.expiresAt });
  await read(expireTokenRow(database, actor.ownerId, id, overlapSeconds));
  return fresh;
}
