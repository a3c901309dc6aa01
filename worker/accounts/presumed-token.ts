import { Remembered } from "../database/index.ts";
import type { TokenActor } from "./actor.ts";
import { hashOfBearer } from "./token-text.ts";

/**
 * Whom a token was when this isolate last looked it up. It gives no right by itself: who acts for it does so in a
 * statement that first asks the database's `token_holds`, and so changes nothing once the token is revoked, expired or another's.
 */
export type PresumedToken = { sha256: string; actor: TokenActor };

const knownTokens = new Remembered<TokenActor>(10_000);

/** Notes what a token was found to be; null: it is not good. */
export function noteToken(sha256: string, actor: TokenActor | null): void {
  if (actor) knownTokens.note(sha256, actor);
  else knownTokens.forget(sha256);
}

/** Of a request with a token that this isolate knows, whom it presumably is from. */
export async function presumeToken(headers: Headers): Promise<PresumedToken | null> {
  const sha256 = await hashOfBearer(headers.get("authorization") ?? "");
  const actor = sha256 === null ? null : knownTokens.find(sha256);
  return sha256 !== null && actor ? { sha256, actor } : null;
}

/** What `token_holds` takes of it. */
export const rememberedToken = ({ sha256, actor: { tokenId: id, ownerId, plan } }: PresumedToken) => ({
  sha256,
  id,
  ownerId,
  plan,
});
