import { createHash, randomBytes } from "node:crypto";
import type { ProviderIdentity, ProviderName, ProviderProblem } from "../../worker/contract/sign-in-rpc.ts";
import type { PeopleStore } from "./people-store.ts";

/** How long a visitor may take at the provider, and on the way back from the callback address. */
const pendingMs = 10 * 60_000;
const handoverMs = 60_000;

/**
 * A sign-in with a provider, as it begins.
 * - `origin`, `to`: the app's origin and the page that the visitor returns to
 * - `verifier`, `nonce`: the proofs of PKCE and of OpenID
 * - `browser`: the secret in the cookie of the browser that began it
 */
export type BegunSignIn = {
  provider: ProviderName;
  origin: string;
  to: string;
  verifier: string;
  nonce: string;
  browser: string;
};

/** The same when the provider continues it; of the browser's secret only the hash is stored. */
export type ContinuedSignIn = Omit<BegunSignIn, "browser"> & { browserHash: string };

/** A sign-in that is back in the app. */
export type Returned = { identity: ProviderIdentity; to: string };

/** Why a sign-in with a provider ended without a session. */
export type SignInProblem = ProviderProblem | "cancelled" | "expired" | "conflict" | "not_invited" | "full";
export type ProviderRefusal = { problem: SignInProblem; provider: ProviderName | null; to: string };

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");
/** Returns 256 random bits as 43 characters of base64url. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** The sign-ins with providers that are under way in one app. Each step can be taken once. */
export class ProviderSignIns {
  readonly #store: PeopleStore;

  constructor(store: PeopleStore) {
    this.#store = store;
  }

  /** @returns the token that names the sign-in in the state that the provider returns */
  begin({ browser, provider, origin, to, verifier, nonce }: BegunSignIn, now: number): string {
    const stored: ContinuedSignIn = { provider, origin, to, verifier, nonce, browserHash: hashOf(browser) };
    return this.#put("begun", stored, now, pendingMs);
  }

  continue(token: string, now: number): ContinuedSignIn | null {
    const stored = this.#store.takePending(hashOf(token), "begun", now);
    return stored === null ? null : (JSON.parse(stored) as ContinuedSignIn);
  }

  /** @returns the token that the browser brings back to the app */
  handOver(identity: ProviderIdentity, { to, browserHash }: ContinuedSignIn, now: number): string {
    return this.#put("handover", { identity, to, browserHash }, now, handoverMs);
  }

  /** @returns null for a token that is used or expired, and in another browser than the one that began */
  redeem(token: string, browser: string, now: number): Returned | null {
    const stored = this.#store.takePending(hashOf(token), "handover", now);
    if (stored === null) return null;
    const { browserHash, ...returned } = JSON.parse(stored) as Returned & { browserHash: string };
    return browserHash === hashOf(browser) ? returned : null;
  }

  #put(kind: string, data: object, now: number, lifetimeMs: number): string {
    const token = newSecret();
    this.#store.insertPending(hashOf(token), kind, JSON.stringify(data), { now, expiresAt: now + lifetimeMs });
    return token;
  }
}
