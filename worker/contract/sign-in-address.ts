/**
 * The label of the origin that providers redirect to, below PREVIEW_DOMAIN: one address for all apps, since a provider
 * accepts only exact addresses and an app has several hosts. No owner can choose it (published-name.ts).
 */
export const signInLabel = "signin";

/** The path of the address that providers redirect to. */
export const signInCallbackPath = "/callback";
