const key = "edgesmith-invitation";

/**
 * Stores the token of an opened invitation in this tab while the visitor signs in. It never appears in a URL that is
 * sent to a server.
 */
export function keepInvitation(hash: string): void {
  const token = hash.replace(/^#/, "");
  if (token.startsWith("esi_")) sessionStorage.setItem(key, token);
}

/** Returns the token of the opened invitation, from the URL or stored before the sign-in; null if there is none. */
export function openedInvitation(hash: string): string | null {
  keepInvitation(hash);
  return sessionStorage.getItem(key);
}

/** Deletes the stored token of an accepted invitation. */
export const forgetInvitation = (): void => sessionStorage.removeItem(key);
