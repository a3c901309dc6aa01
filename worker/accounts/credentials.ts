import { type Database, executeIdempotent, executeIdempotentBatch } from "../database/index.ts";
import type { Actor } from "./actor.ts";
import { selectActiveSessions, selectActiveTokens, selectOwnersOfExpired } from "./credentials-store.ts";

/** @returns the name of the credential that authenticated an actor; null for an actor without one */
export function credentialOf(actor: Actor): string | null {
  if (actor.kind === "token") return `token:${actor.tokenId}`;
  return actor.kind === "user" ? `session:${actor.sessionId}` : null;
}

/** @returns the names of an account's credentials that are neither revoked nor expired */
export async function activeCredentials(database: Database, ownerId: string): Promise<string[]> {
  const [tokens, sessions] = await executeIdempotentBatch(database, [
    selectActiveTokens(database, ownerId),
    selectActiveSessions(database, ownerId),
  ]);
  return [...tokens.map(({ id }) => `token:${id}`), ...sessions.map(({ id }) => `session:${id}`)];
}

/** @returns the accounts with a token that expired within the last `seconds` */
export async function ownersOfExpiredTokens(database: Database, seconds: number): Promise<string[]> {
  const rows = await executeIdempotent(selectOwnersOfExpired(database, seconds));
  return rows.map(({ ownerId }) => ownerId);
}
