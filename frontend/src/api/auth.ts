import { errorOf, send } from "./client.ts";

// The account library serves /v1/auth, so its operations are not part of the contract.

export type Session = { user: { id: string; name: string; email: string } } | null;
/** `expired`: the session ended without a sign-out. */
export type KnownSession = Session | "expired";

async function call(path: string, body?: object): Promise<unknown> {
  const init =
    body === undefined
      ? {}
      : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await send(`/v1/auth/${path}`, init);
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  const answer: unknown = isJson && text !== "" ? JSON.parse(text) : null;
  if (!response.ok) throw errorOf(response, answer);
  return answer;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Parses the session from the server's response; null when nobody is signed in. */
function sessionIn(answer: unknown): Session {
  if (!isRecord(answer) || !isRecord(answer.user)) return null;
  const { id, name, email } = answer.user;
  if (typeof id !== "string" || typeof email !== "string") throw new Error("The server sent a session without a user.");
  return { user: { id, name: typeof name === "string" ? name : "", email } };
}

export const getSession = async (): Promise<Session> => sessionIn(await call("get-session"));
export const signUp = (body: { name: string; email: string; password: string }) => call("sign-up/email", body);
/**
 * Signs in with a password.
 * @returns `needsCode`: whether the account also requires a code of its authenticator app (`enterCode`)
 */
export async function signIn(body: { email: string; password: string }): Promise<{ needsCode: boolean }> {
  const answer = await call("sign-in/email", body);
  return { needsCode: isRecord(answer) && answer.twoFactorRedirect === true };
}

/** Submits a code of the authenticator app, or a backup code. A backup code is longer and contains letters. */
export const enterCode = (text: string): Promise<unknown> => {
  const code = text.trim();
  const isFromApp = /^\d{3}\s?\d{3}$/.test(code);
  return isFromApp
    ? call("two-factor/verify-totp", { code: code.replace(/\s/, "") })
    : call("two-factor/verify-backup-code", { code });
};

export type NewSecondFactor = { uri: string; secret: string; backupCodes: string[] };

const codesIn = (answer: Record<string, unknown>): string[] =>
  Array.isArray(answer.backupCodes) ? answer.backupCodes.map(String) : [];

/**
 * Creates the secret of an authenticator app; the first valid code turns the second factor on.
 * @throws Error with a user-facing message when the server refuses, or responds without a secret
 */
export async function prepareSecondFactor(confirmation: { password?: string }): Promise<NewSecondFactor> {
  const answer = await call("two-factor/enable", confirmation);
  if (!isRecord(answer) || typeof answer.totpURI !== "string") throw new Error("The server sent no secret. Try again.");
  const secret = new URL(answer.totpURI).searchParams.get("secret") ?? "";
  return { uri: answer.totpURI, secret, backupCodes: codesIn(answer) };
}

export const disableSecondFactor = (confirmation: { password?: string }) => call("two-factor/disable", confirmation);

/** Replaces the backup codes. @returns the new ones */
export async function createBackupCodes(confirmation: { password?: string }): Promise<string[]> {
  const answer = await call("two-factor/generate-backup-codes", confirmation);
  return isRecord(answer) ? codesIn(answer) : [];
}

/**
 * Starts a sign-in with GitHub.
 * @returns the URL at GitHub at which the sign-in continues
 * @throws Error with a user-facing message when the server refuses, or has no GitHub application configured
 */
export async function signInWithGitHub(body: { callbackURL: string; errorCallbackURL: string }): Promise<string> {
  const answer = await call("sign-in/social", { provider: "github", ...body });
  if (!isRecord(answer) || typeof answer.url !== "string")
    throw new Error("GitHub sign-in isn't available. Try again.");
  return answer.url;
}

export const requestPasswordReset = (email: string) => call("request-password-reset", { email });
export const resetPassword = (body: { token: string; newPassword: string }) => call("reset-password", body);
export const changePassword = (body: {
  currentPassword: string;
  newPassword: string;
  revokeOtherSessions: boolean;
  keepTokens: boolean;
}) => call("change-password", body);
export const sendVerificationMail = (email: string) =>
  call("send-verification-email", { email, callbackURL: "/settings/security" });
export const signOut = () => call("sign-out", {});
