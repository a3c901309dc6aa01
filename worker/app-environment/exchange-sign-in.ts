import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import { z } from "zod";
import type { Config } from "../config/index.ts";
import {
  type ProviderCode,
  type ProviderIdentity,
  type ProviderOutcome,
  type ProviderProblem,
  providerSecrets,
} from "../contract/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { openSecrets } from "./open-secrets.ts";
import { selectSecretsOf } from "./read-store.ts";
import { endpointsOf } from "./sign-in-providers.ts";

type Dependencies = { config: Config; database: Database };

const timeoutMs = 10_000;

/** The reason why a sign-in failed. The detail is for the operators and contains no secret. */
class ProviderFailure extends Error {
  readonly problem: ProviderProblem;
  constructor(problem: ProviderProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

/**
 * Exchanges the code from a provider's redirect, with the OAuth client of the app's owner. Sends the client's secret to
 * the provider only.
 * @returns the person, with an address that the provider has verified, or the reason for the failure
 */
export async function exchangeSignIn(dependencies: Dependencies, code: ProviderCode): Promise<ProviderOutcome> {
  const { projectId, provider } = code;
  try {
    const client = await readClient(dependencies, code);
    return { identity: await identify(dependencies.config, code, client) };
  } catch (failure) {
    const problem = failure instanceof ProviderFailure ? failure.problem : "unreachable";
    const about = { event: "app_sign_in.failed", projectId, provider, problem, error: messageOf(failure) };
    log(dependencies.config.logLevel, "warn", about);
    return { problem };
  }
}

type Client = { id: string; secret: string };

async function readClient({ config, database }: Dependencies, { projectId, target, provider }: ProviderCode) {
  const names = providerSecrets[provider];
  const rows = await executeIdempotent(selectSecretsOf(database, { projectId, target }));
  const wanted = new Set<string>(Object.values(names));
  const values = await openSecrets(config, projectId, rows, wanted);
  const [id, secret] = [values[names.clientId], values[names.clientSecret]];
  if (id === undefined || secret === undefined) throw new ProviderFailure("refused", "no client is configured");
  return { id, secret };
}

function identify(config: Config, code: ProviderCode, client: Client): Promise<ProviderIdentity> {
  const endpoints = endpointsOf(config, code.provider);
  const ask = () => requestToken(endpoints.token, code, client);
  return endpoints.kind === "github"
    ? gitHubIdentity(endpoints.api, ask)
    : openIdIdentity(endpoints, ask, { audience: client.id, nonce: code.nonce });
}

const tokenAnswer = z.object({ access_token: z.string().min(1), id_token: z.string().optional() });
type TokenAnswer = z.infer<typeof tokenAnswer>;

/** @throws ProviderFailure `refused` for a code, a verifier or a client that the provider does not accept */
async function requestToken(
  url: string,
  { code, verifier, redirectUri }: ProviderCode,
  { id, secret }: Client,
): Promise<TokenAnswer> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    client_id: id,
    client_secret: secret,
    code_verifier: verifier,
  });
  const answer = await ask(url, { method: "POST", body, headers: { Accept: "application/json" } });
  // GitHub reports errors with status 200.
  const parsed = tokenAnswer.safeParse(answer);
  if (!parsed.success) throw new ProviderFailure("refused", "the provider returned no token");
  return parsed.data;
}

const gitHubUser = z.object({ id: z.int(), login: z.string(), name: z.string().nullish() });
const gitHubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

async function gitHubIdentity(api: string, requestTokens: () => Promise<TokenAnswer>): Promise<ProviderIdentity> {
  const { access_token: token } = await requestTokens();
  const headers = { Authorization: `Bearer ${token}`, Accept: "application/json", "User-Agent": "edgesmith" };
  const [user, emails] = await Promise.all([
    ask(api, { headers }).then((answer) => gitHubUser.parse(answer)),
    ask(`${api}/emails`, { headers }).then((answer) => gitHubEmails.parse(answer)),
  ]);
  const address = emails.find(({ primary, verified }) => primary && verified);
  if (address === undefined) throw new ProviderFailure("unverified", "the person has no verified primary address");
  return { provider: "github", subject: String(user.id), email: address.email, name: user.name ?? user.login };
}

const idClaims = z.object({
  sub: z.string().min(1),
  nonce: z.string(),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
});

type OpenId = { keys: string; issuer: string };
type Expected = { audience: string; nonce: string };

async function openIdIdentity(
  { keys, issuer }: OpenId,
  requestTokens: () => Promise<TokenAnswer>,
  { audience, nonce }: Expected,
): Promise<ProviderIdentity> {
  const { id_token: token } = await requestTokens();
  if (token === undefined) throw new ProviderFailure("refused", "the provider returned no id token");
  const verified = await jwtVerify(token, keySet(keys), {
    audience,
    // Google's tokens may name the issuer without its scheme.
    issuer: [issuer, issuer.replace("https://", "")],
    algorithms: ["RS256"],
    clockTolerance: 60,
    requiredClaims: ["exp", "iat", "sub", "nonce"],
  }).catch((failure: unknown) => {
    if (failure instanceof errors.JWKSTimeout) throw failure;
    throw new ProviderFailure("refused", messageOf(failure));
  });
  const claims = idClaims.parse(verified.payload);
  if (claims.nonce !== nonce) throw new ProviderFailure("refused", "the id token belongs to another sign-in");
  if (claims.email === undefined || claims.email_verified !== true) {
    throw new ProviderFailure("unverified", "the person has no verified address");
  }
  return { provider: "google", subject: claims.sub, email: claims.email, name: claims.name ?? "" };
}

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/** The provider's keys, which `jose` caches. */
function keySet(url: string) {
  const known = keySets.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: timeoutMs });
  keySets.set(url, known);
  return known;
}

/** @throws ProviderFailure for an unsuccessful status; Error when the provider does not respond in time */
async function ask(url: string, init: RequestInit): Promise<unknown> {
  const answer = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
  if (answer.ok) return answer.json();
  await answer.body?.cancel();
  const problem = answer.status >= 500 || answer.status === 429 ? "unreachable" : "refused";
  throw new ProviderFailure(problem, `the provider responded with status ${answer.status}`);
}
