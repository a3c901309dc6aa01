/** The addresses below `/v1/auth` that the contract names, with the method that each takes. */
const routes = {
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

export type AuthPath = keyof typeof routes;

const isAuthPath = (path: string): path is AuthPath => Object.hasOwn(routes, path);

/** @returns the path and its methods; null for one that is not in the contract */
export const methodsOf = (path: string): { path: AuthPath; methods: readonly ("GET" | "POST")[] } | null =>
  isAuthPath(path) ? { path, methods: [routes[path]] } : null;
