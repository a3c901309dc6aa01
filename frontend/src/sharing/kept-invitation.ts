const key = "edgesmith-invitation";

/**
 * Keeps the token of an opened invitation in this tab while its visitor signs in. It is kept out of addresses that a
 * server sees.
 */
export function keepInvitation(hash: string): void {
  const token = hash.replace(/^#/, "");
  if (token.startsWith("esi_")) sessionStorage.setItem(key, token);
}

/** Returns the token of the opened invitation, from the address or from before the sign-in; null for none. */
export function openedInvitation(hash: string): string | null {
  keepInvitation(hash);
  return sessionStorage.getItem(key);
}

/** Forgets the token of an invitation that was accepted. */
export const forgetInvitation = (): void => sessionStorage.removeItem(key);
