import type { Config } from "../../config/index.ts";
import type { SignInState } from "../../contract/index.ts";
import { signCapability, verifyCapability } from "../capability-token.ts";

/** The maximum time that a visitor may take at the provider. */
const stateMs = 10 * 60_000;

/**
 * Signs the state that a provider returns, so that a forged state never reaches an app's object: anyone can call the
 * callback address with any project.
 */
export const signSignInState = (config: Config, { projectId, target, token }: SignInState): Promise<string> =>
  signCapability(config.authSecret, { kind: "sign-in", projectId, target, token, expires: Date.now() + stateMs });

/** @returns the state that was signed; null when it is forged, malformed or expired */
export async function openSignInState(config: Config, signed: string): Promise<SignInState | null> {
  const granted = await verifyCapability(config, signed);
  if (granted?.kind !== "sign-in") return null;
  const { projectId, target, token } = granted;
  return { projectId, target, token };
}
