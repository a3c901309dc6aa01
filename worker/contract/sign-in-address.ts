/**
 * The label of the origin that providers redirect to, below PREVIEW_DOMAIN: one address for all apps, since a provider
 * knows exact addresses alone and an app has several hosts. No owner can choose it (published-name.ts).
 */
export const signInLabel = "signin";

/** The path of that address. */
export const signInCallbackPath = "/callback";
