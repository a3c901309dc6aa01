import type { Context } from "../accounts/index.ts";
import type { Config } from "../config/index.ts";
import {
  type ProviderName,
  providerSecrets,
  type SignInProvider,
  type SignInSettings,
  signInCallbackPath,
  signInLabel,
} from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { getProject } from "../projects/index.ts";
import { selectSecrets } from "./store.ts";

/** A provider's endpoints. `keys` and `issuer` verify the id token of an OpenID provider. */
type Endpoints = { authorize: string; token: string } & (
  | { kind: "openid"; keys: string; issuer: string }
  | { kind: "github"; api: string }
);

export const providerNames = ["github", "google"] as const satisfies ProviderName[];

const scopes: Record<ProviderName, string> = { github: "read:user user:email", google: "openid email profile" };

/** @returns the endpoints of a provider: the real ones, or those of a stand-in on this machine */
export function endpointsOf({ signInStandIn }: Config, provider: ProviderName): Endpoints {
  const at = (real: string) =>
    signInStandIn === null ? real : `${signInStandIn}/${provider}${new URL(real).pathname}`;
  if (provider === "github") {
    return {
      kind: "github",
      authorize: at("https://github.com/login/oauth/authorize"),
      token: at("https://github.com/login/oauth/access_token"),
      api: at("https://api.github.com/user"),
    };
  }
  return {
    kind: "openid",
    authorize: at("https://accounts.google.com/o/oauth2/v2/auth"),
    token: at("https://oauth2.googleapis.com/token"),
    keys: at("https://www.googleapis.com/oauth2/v3/certs"),
    issuer: signInStandIn === null ? "https://accounts.google.com" : `${signInStandIn}/google`,
  };
}

/** @returns the provider for the preview Worker, with the client id of the app's owner */
export const toSignInProvider = (config: Config, provider: ProviderName, clientId: string): SignInProvider => ({
  provider,
  clientId,
  authorizeUrl: endpointsOf(config, provider).authorize,
  scope: scopes[provider],
});

/** More secrets than a project can have. */
const everySecret = { after: null, limit: 500 };

/**
 * Returns the providers with which an app's visitors may sign in, and the redirect URL to register there.
 * @throws AppError `not_found`
 */
export async function getSignInSettings(context: Context, projectId: string): Promise<SignInSettings> {
  const { config, database, actor } = context;
  await getProject(context, projectId);
  const rows = await executeIdempotent(selectSecrets(database, { ownerId: actor.ownerId, projectId }, everySecret));
  const isSet = (name: string, target: string) =>
    rows.some((row) => row.name === name && (row.target === "both" || row.target === target));
  return {
    callbackUrl: `${config.isLocal ? "http" : "https"}://${signInLabel}.${config.previewDomain}${signInCallbackPath}`,
    providers: providerNames.map((provider) => {
      const { clientId, clientSecret } = providerSecrets[provider];
      const isReady = (target: string) => isSet(clientId, target) && isSet(clientSecret, target);
      return {
        provider,
        clientIdSecret: clientId,
        clientSecretSecret: clientSecret,
        preview: isReady("preview"),
        public: isReady("public"),
      };
    }),
  };
}
