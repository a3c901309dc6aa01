import { createHash, randomBytes } from "node:crypto";
import type { ProviderIdentity, ProviderName, ProviderProblem } from "../../worker/contract/sign-in-rpc.ts";
import type { PeopleStore } from "./people-store.ts";

/** The time limit at the provider, and for returning from the callback address. */
const pendingMs = 10 * 60_000;
const handoverMs = 60_000;

/**
 * A new sign-in with a provider.
 * - `origin`, `to`: the app's origin and the page to which the visitor returns
 * - `verifier`, `nonce`: the proofs of PKCE and OpenID Connect
 * - `browser`: the secret in the cookie of the browser that began the sign-in
 */
export type BegunSignIn = {
  provider: ProviderName;
  origin: string;
  to: string;
  verifier: string;
  nonce: string;
  browser: string;
};

/** A sign-in that the provider continues, with the hash of the browser's secret instead of the secret. */
export type ContinuedSignIn = Omit<BegunSignIn, "browser"> & { browserHash: string };

/** A sign-in that has returned to the app. */
export type Returned = { identity: ProviderIdentity; to: string };

/** Why a sign-in with a provider ended without a session. */
export type SignInProblem = ProviderProblem | "cancelled" | "expired" | "conflict" | "not_invited" | "full";
export type ProviderRefusal = { problem: SignInProblem; provider: ProviderName | null; to: string };

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");
/** Returns 256 random bits as 43 characters of base64url. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** The pending sign-ins of one app with providers. Each step is valid once. */
export class ProviderSignIns {
  readonly #store: PeopleStore;

  constructor(store: PeopleStore) {
    this.#store = store;
  }

  /**
   * Stores a new sign-in.
   * @returns the token for the `state` parameter that the provider returns
   */
  begin({ browser, provider, origin, to, verifier, nonce }: BegunSignIn, now: number): string {
    const stored: ContinuedSignIn = { provider, origin, to, verifier, nonce, browserHash: hashOf(browser) };
    return this.#put("begun", stored, now, pendingMs);
  }

  continue(token: string, now: number): ContinuedSignIn | null {
    const stored = this.#store.takePending(hashOf(token), "begun", now);
    return stored === null ? null : (JSON.parse(stored) as ContinuedSignIn);
  }

  /**
   * Stores the provider's identity.
   * @returns the token that the browser returns to the app
   */
  handOver(identity: ProviderIdentity, { to, browserHash }: ContinuedSignIn, now: number): string {
    return this.#put("handover", { identity, to, browserHash }, now, handoverMs);
  }

  /**
   * Consumes the token of a returned sign-in.
   * @returns null for a used or expired token, or in a browser other than the one that began the sign-in
   */
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
