import { Buffer } from "node:buffer";

const text = new TextEncoder();

export type Signed = { "webhook-id": string; "webhook-timestamp": string; "webhook-signature": string };

/**
 * The headers that sign a body by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` under the bytes of the secret.
 * @param seconds The moment of this attempt, in Unix seconds.
 */
export async function sign(secret: string, message: { id: string; seconds: number; body: string }): Promise<Signed> {
  const { id, seconds, body } = message;
  const bytes = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, text.encode(`${id}.${seconds}.${body}`));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${Buffer.from(mac).toString("base64")}`,
  };
}
