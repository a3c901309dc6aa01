export { type Actor, type Author, authorOf, planOfActor, type TokenActor, type UserActor } from "./actor.ts";
export { type Auth, authOf, cookiePrefixOf } from "./auth.ts";
export { type Authenticated, authenticate } from "./authenticate.ts";
export type { Context } from "./context.ts";
export { getUsage } from "./get-usage.ts";
export { getMe, type MeUpdate, updateMe } from "./me.ts";
export { type Presumed, presume, rememberedCaller } from "./presumed.ts";
export type { Alongside } from "./store.ts";
export { createToken, listTokens, type NewTokenInput, revokeToken, rotateToken } from "./tokens.ts";
