/** The paths below `/v1/auth` in the contract (`auth-paths.ts`), with their methods. */
export const authMethods = {
  "/sign-up/email": "POST",
  "/sign-in/email": "POST",
  "/sign-in/social": "POST",
  "/sign-out": "POST",
  "/get-session": "GET",
  "/request-password-reset": "POST",
  "/reset-password": "POST",
  "/change-password": "POST",
  "/send-verification-email": "POST",
  "/verify-email": "GET",
  "/two-factor/enable": "POST",
  "/two-factor/disable": "POST",
  "/two-factor/verify-totp": "POST",
  "/two-factor/verify-backup-code": "POST",
  "/two-factor/generate-backup-codes": "POST",
  // GitHub's redirect, and the page for a redirect without a state.
  "/callback/github": "GET",
  "/error": "GET",
} as const;

export type AuthPath = keyof typeof authMethods;

/** Whether the API serves a path of the authentication library. */
export const isAuthPath = (path: string): path is AuthPath => Object.hasOwn(authMethods, path);
