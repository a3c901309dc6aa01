import { Buffer } from "node:buffer";

const text = new TextEncoder();

export type SignatureHeaders = { "webhook-id": string; "webhook-timestamp": string; "webhook-signature": string };

type Message = { id: string; seconds: number; body: string };

/**
 * Signs a body by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` under the bytes of each secret.
 * @param message.seconds the time of this attempt, in Unix seconds
 * @returns the signature headers
 */
export async function signWebhook(secrets: string[], message: Message): Promise<SignatureHeaders> {
  const signatures = await Promise.all(secrets.map((secret) => signatureOf(secret, message)));
  return {
    "webhook-id": message.id,
    "webhook-timestamp": String(message.seconds),
    // A receiver accepts any one of the signatures.
    "webhook-signature": signatures.join(" "),
  };
}

async function signatureOf(secret: string, { id, seconds, body }: Message): Promise<string> {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, text.encode(`${id}.${seconds}.${body}`));
  return `v1,${Buffer.from(mac).toString("base64")}`;
}
