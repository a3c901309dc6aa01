// The types of sign-in by GitHub and Google in generated apps, between the API Worker and the preview Worker. Types only.
import type { AppKind, AppTarget } from "./people-rpc.ts";

export type ProviderName = "github" | "google";

/** A provider for which the app's owner has set a client id and its secret. */
export type SignInProvider = { provider: ProviderName; clientId: string; authorizeUrl: string; scope: string };

/**
 * The code from a provider's redirect, with its proofs.
 * - `verifier`: of PKCE (RFC 7636); its hash went to the provider at the beginning
 * - `nonce`: must be in the id token of an OpenID provider
 */
export type ProviderCode = {
  projectId: string;
  target: AppTarget;
  provider: ProviderName;
  code: string;
  verifier: string;
  nonce: string;
  redirectUri: string;
};

/** A person as the provider knows them. The address is verified; `subject` stays the same when it changes. */
export type ProviderIdentity = { provider: ProviderName; subject: string; email: string; name: string };

/**
 * - `refused`: the provider did not accept the code, or the owner's client
 * - `unverified`: the person has no verified address at the provider
 * - `unreachable`: the provider did not respond
 */
export type ProviderProblem = "refused" | "unverified" | "unreachable";

export type ProviderOutcome = { identity: ProviderIdentity } | { problem: ProviderProblem };

/** A sign-in that continues at a provider: the app, and the token that names the sign-in in the app. */
export type SignInState = { projectId: string; target: AppKind; token: string };
