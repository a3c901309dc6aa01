import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Config } from "../config/index.ts";

// Short-lived capabilities as signed tokens. Only the API Worker signs and verifies them; they are opaque to the
// preview Worker, to browsers and to generated code.

/** A revision at a preview's host, in the epoch in which the capability was granted. */
const seen = { projectId: z.string(), revision: z.int(), host: z.string(), epoch: z.string(), expires: z.int() };

const capability = z.discriminatedUnion("kind", [
  /** Reads a project's files at one revision. */
  z.object({ kind: z.literal("files"), projectId: z.string(), revision: z.int(), expires: z.int() }),
  /** Opens a preview at its host, from a link, once. */
  z.object({ kind: z.literal("link"), id: z.string(), ...seen }),
  /** Opens the cookieless host for a visitor whose browser kept no cookie after a link, once. */
  z.object({ kind: z.literal("handover"), id: z.string(), ...seen }),
  /** Continues a visit, from the host's cookie. */
  z.object({ kind: z.literal("visit"), ...seen }),
  /** Continues a sign-in with a provider in one of a project's apps, where `token` names it. */
  z.object({
    kind: z.literal("sign-in"),
    projectId: z.string(),
    target: z.enum(["preview", "public", "staging"]),
    token: z.string(),
    expires: z.int(),
  }),
]);

export type Capability = z.infer<typeof capability>;

const text = new TextEncoder();
const keys = new Map<string, Promise<CryptoKey>>();

function keyOf(authSecret: string): Promise<CryptoKey> {
  const known = keys.get(authSecret) ?? deriveKey(authSecret);
  keys.set(authSecret, known);
  return known;
}

async function deriveKey(authSecret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", text.encode(authSecret), "HKDF", false, ["deriveKey"]);
  const derivation = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: text.encode("edgesmith previews 1"),
  };
  return crypto.subtle.deriveKey(derivation, material, { name: "HMAC", hash: "SHA-256", length: 256 }, false, [
    "sign",
    "verify",
  ]);
}

/**
 * Signs a capability.
 * @returns `<payload>.<HMAC-SHA-256>`, both base64url
 */
export async function signCapability(authSecret: string, granted: Capability): Promise<string> {
  const body = Buffer.from(JSON.stringify(granted)).toString("base64url");
  const signature = await crypto.subtle.sign("HMAC", await keyOf(authSecret), text.encode(body));
  return `${body}.${Buffer.from(signature).toString("base64url")}`;
}

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Returns the unguessable part of a host's name: 26 characters of base32, of 128 bits and two zero bits. */
export async function hostSecret(authSecret: string, projectId: string, epoch: string): Promise<string> {
  // No signed capability contains a colon, so neither can be mistaken for the other.
  const mac = await crypto.subtle.sign("HMAC", await keyOf(authSecret), text.encode(`host:${projectId}:${epoch}`));
  const bits = [...new Uint8Array(mac, 0, 16)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const digits = bits.padEnd(130, "0").match(/.{5}/g) ?? [];
  return digits.map((digit) => base32[Number.parseInt(digit, 2)]).join("");
}

type Secrets = Pick<Config, "authSecret" | "authSecretPrevious">;

/**
 * Verifies a token. While AUTH_SECRET is rotated, both secrets verify.
 * @param now milliseconds since the epoch
 * @returns its capability; null when the token is forged, malformed or expired
 */
export async function verifyCapability(secrets: Secrets, signed: string, now = Date.now()): Promise<Capability | null> {
  const [body, signature, rest] = signed.split(".");
  if (body === undefined || signature === undefined || rest !== undefined) return null;
  const isSignedWith = async (authSecret: string | null) =>
    authSecret !== null &&
    crypto.subtle.verify("HMAC", await keyOf(authSecret), Buffer.from(signature, "base64url"), text.encode(body));
  if (!(await isSignedWith(secrets.authSecret)) && !(await isSignedWith(secrets.authSecretPrevious))) return null;
  const granted = capability.safeParse(JSON.parse(Buffer.from(body, "base64url").toString()));
  return granted.success && granted.data.expires > now ? granted.data : null;
}
