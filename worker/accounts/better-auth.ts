// The parts of better-auth that this module uses, loaded together at the first sign-in or lookup of a session.

export { drizzleAdapter } from "better-auth/adapters/drizzle";
export { APIError } from "better-auth/api";
export { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
export { betterAuth } from "better-auth/minimal";
export { twoFactor } from "better-auth/plugins/two-factor";
