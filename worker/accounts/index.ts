export { type Actor, type Author, authorOf, planOfActor, type TokenActor, type UserActor } from "./actor.ts";
export {
  auditBySystem,
  auditRefusedSignIn,
  type Client,
  isFamiliarNetwork,
  listAudit,
  noteAudit,
  noteOwn,
} from "./audit.ts";
export { type Auth, authOf, cookiePrefixOf } from "./auth.ts";
export { servedRequest } from "./auth-hooks.ts";
export { type Authenticated, accountSuspended, authenticate } from "./authenticate.ts";
export { changePlan, type PaidPlan } from "./change-plan.ts";
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
export { aliveCredentials, credentialOf, ownersOfExpiredTokens } from "./credentials.ts";
export { type EndedAccess, type Ending, enableHooks, endAccess, endedAccess } from "./end-access.ts";
export { getUsage } from "./get-usage.ts";
export { type HookReason, hookReasons } from "./hook-reasons.ts";
export { canMail } from "./mail.ts";
export { getMe, type MeUpdate, type UsageOfOpen, updateMe } from "./me.ts";
export { type Presumed, presume, rememberedCaller, unknownToken } from "./presumed.ts";
export { type Renewed, renewCookies, renewToken } from "./renew-signatures.ts";
export { standingFault, verifiesEmail } from "./require-standing.ts";
export { endOtherSessions, endSession, getSession, listSessions } from "./sessions.ts";
export type { Alongside, OpenRun } from "./store.ts";
export { createToken, listTokens, type NewTokenInput, revokeToken, rotateToken } from "./tokens.ts";
