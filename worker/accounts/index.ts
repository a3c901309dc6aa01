export { isAdmin, standingFault, verifiesEmail } from "./account-standing.ts";
export { type Actor, type Author, accountOf, authorOf, planOfActor, roleOf, type TokenActor } from "./actor.ts";
export {
  auditBySystem,
  auditRefusedSignIn,
  auditSelf,
  isFamiliarNetwork,
  listAudit,
  recordAudit,
} from "./audit.ts";
export { authOf, cookiePrefixOf } from "./auth.ts";
export { servedRequest } from "./auth-hooks.ts";
export { authenticate } from "./authenticate.ts";
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
export { type EndedAccess, enableHooks, endAccess, endedAccess } from "./end-access.ts";
export { getUsage } from "./get-usage.ts";

export { canMail, deliverMail, sendMail } from "./mail.ts";
export { getMe, type UsageOfOpen, updateMe } from "./me.ts";
export { reencryptSecondFactors } from "./reencrypt-second-factors.ts";
export { renewCookies, renewToken } from "./renew-signatures.ts";
export { verifySecondFactor } from "./second-factor.ts";
export { endOtherSessions, endSession, getSession, listSessions } from "./sessions.ts";
export type { PiggybackQuery } from "./store.ts";
export { createToken, listTokens, revokeToken, rotateToken } from "./tokens.ts";
