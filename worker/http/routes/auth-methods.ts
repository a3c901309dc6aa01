/** The addresses below `/v1/auth` that the contract names (`auth-paths.ts`), with the method that each takes. */
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
  // Where GitHub sends a person back to, and the page for whoever comes back without a state.
  "/callback/github": "GET",
  "/error": "GET",
} as const;

export type AuthPath = keyof typeof authMethods;

export const isAuthPath = (path: string): path is AuthPath => Object.hasOwn(authMethods, path);
