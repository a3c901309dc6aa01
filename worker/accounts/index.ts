export { standingFault, verifiesEmail } from "./account-standing.ts";
export { type Actor, type Author, authorOf, planOfActor, type TokenActor, type UserActor } from "./actor.ts";
export {
  auditRefusedSignIn,
  auditSelf,
  type Client,
  isFamiliarNetwork,
  listAudit,
  recordAudit,
} from "./audit.ts";
export { authOf, cookiePrefixOf } from "./auth.ts";
export { servedRequest } from "./auth-hooks.ts";
export { type Authenticated, authenticate } from "./authenticate.ts";
export {
  cancelDeletion,
  closedAccounts,
  eraseAccount,
  ownerContext,
  requestDeletion,
  suspendAccount,
  unsuspendAccount,
} from "./close-account.ts";
export { isCommonPassword } from "./common-password.ts";
export type { Context } from "./context.ts";
export { type CachedCaller, callerClaims, lookupCached, uncachedTokenHash } from "./credential-cache.ts";
export { activeCredentials, credentialOf, ownersOfExpiredTokens } from "./credentials.ts";
export { type EndedAccess, type Ending, enableHooks, endAccess, endedAccess } from "./end-access.ts";
export { getUsage } from "./get-usage.ts";

export { canMail } from "./mail.ts";
export { getMe, type MeUpdate, type UsageOfOpen, updateMe } from "./me.ts";
export { type Renewed, renewCookies, renewToken } from "./renew-signatures.ts";
export { endOtherSessions, endSession, getSession, listSessions } from "./sessions.ts";
export type { OpenRun, PiggybackQuery } from "./store.ts";
export { createToken, listTokens, type NewTokenInput, revokeToken, rotateToken } from "./tokens.ts";
