export { decrypt, encrypt, encryptionKeyId, newSigningSecret } from "./encrypt.ts";
export { signWebhook } from "./sign-webhook.ts";
export { isRecentTimestamp, verifyHmac } from "./verify-hmac.ts";
