import type { Context } from "hono";
import { isCommonPassword } from "../../accounts/index.ts";
import { isOneLine, isStorable, maxNameLength, notOneLine } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";
import { jsonIn, limitBody, refuseOtherCharset, textIn } from "../middleware/strict-body.ts";
import type { AuthPath } from "./auth-methods.ts";

/** The body of a request to better-auth, read once. */
export type AuthBody = {
  /** The text that better-auth gets. */
  text: string;
  fields: Record<string, unknown>;
  /** The email address of the account, normalized as stored; null when the body has none. */
  email: string | null;
};

/** All fields of these requests are short. */
const maxBodyBytes = 16 * 1024;

/**
 * @returns the maximum length of a field, in characters: better-auth limits none, and several tables store its values
 */
const maxFieldLengthOf = (name: string): number => (name === "name" ? maxNameLength : name === "email" ? 254 : 10_000);

/**
 * Reads a body and refuses input that better-auth would accept: malformed JSON, fields of the wrong type, and text that
 * PostgreSQL cannot store.
 * @throws AppError `payload_too_large`, `unsupported_media_type`, `malformed_json`, `invalid_request`
 */
export async function readAuthBody(c: Context<AppEnv>, path: AuthPath): Promise<AuthBody> {
  const bytes = await bytesOf(c);
  // Signing out takes no body.
  if (bytes.byteLength === 0) return { text: path === "/sign-out" ? "{}" : "", fields: {}, email: null };
  // better-auth would also parse forms, which the checks here and the rate limits do not see.
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be application/json.");
  }
  refuseOtherCharset(c);
  const text = textIn(bytes);
  if (text === null) throw notJson();
  const body = jsonIn(text, notJson);
  eachField(body, refuseField);
  const fields = typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body } : {};
  refuseUnknownFields(path, fields);
  const email = stringOf(fields, "email")?.trim().toLowerCase() ?? null;
  refuseCommonPassword(path, fields);
  return { text, fields, email };
}

const notJson = () => new AppError("malformed_json", "The body is not valid JSON in UTF-8.");

async function bytesOf(c: Context<AppEnv>): Promise<ArrayBuffer> {
  let bytes = new ArrayBuffer();
  await limitBody(maxBodyBytes)(c, async () => {
    bytes = await c.req.arrayBuffer();
  });
  return bytes;
}

/** @returns the request for better-auth, with the body that `readAuthBody` returned */
export function requestWith(c: Context<AppEnv>, { text }: AuthBody): Request {
  const headers = new Headers(c.req.raw.headers);
  headers.delete("content-length");
  if (text !== "") headers.set("content-type", "application/json");
  return new Request(c.req.url, { method: c.req.method, headers, ...(text !== "" && { body: text }) });
}

function stringOf(fields: Record<string, unknown>, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

function refuseField(key: string, value: string): void {
  const maxLength = maxFieldLengthOf(key);
  if (value.length > maxLength) throw refused(key, "too_big", `${key} must have at most ${maxLength} characters.`);
  if (!isStorable(value))
    throw refused(key, "invalid_text", `${key} contains a NUL character or a lone surrogate, which cannot be stored.`);
  if (key !== "name") return;
  // The same rules as `PATCH /v1/me`.
  if (value.trim() === "") throw refused(key, "too_small", "name must not be empty.");
  if (!isOneLine(value)) throw refused(key, "control_character", `name ${notOneLine}.`);
}

/** The fields of the second factor. better-auth's others would trust a browser for a month, or skip the session. */
const secondFactorFields: Partial<Record<AuthPath, string>> = {
  "/two-factor/enable": "password",
  "/two-factor/disable": "password",
  "/two-factor/generate-backup-codes": "password",
  "/two-factor/verify-totp": "code",
  "/two-factor/verify-backup-code": "code",
};

function refuseUnknownFields(path: AuthPath, fields: Record<string, unknown>): void {
  const only = secondFactorFields[path];
  const unknown = only === undefined ? undefined : Object.keys(fields).find((name) => name !== only);
  if (unknown !== undefined) throw refused(unknown, "unrecognized_keys", `${unknown} is not a field of this request.`);
}

/** The field that contains a new password, by path. */
const passwordFields: Partial<Record<AuthPath, string>> = {
  "/sign-up/email": "password",
  "/reset-password": "newPassword",
  "/change-password": "newPassword",
};

function refuseCommonPassword(path: AuthPath, fields: Record<string, unknown>): void {
  const field = passwordFields[path];
  const password = field === undefined ? undefined : stringOf(fields, field);
  if (field === undefined || password === undefined) return;
  const own = ["email", "name"].flatMap((name) => stringOf(fields, name) ?? []);
  if (!isCommonPassword(password, own)) return;
  throw refused(field, "common_password", "This password is too easy to guess. Choose another.");
}

/** Visits every text within a value, with the name of its field. */
function eachField(body: unknown, visit: (key: string, text: string) => void): void {
  const rest: [key: string, value: unknown][] = [["", body]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [key, value] = next;
    if (typeof value === "string") visit(key, value);
    else if (typeof value === "object" && value !== null) for (const entry of Object.entries(value)) rest.push(entry);
  }
}

const refused = (key: string, code: string, detail: string) =>
  new AppError("invalid_request", detail, { errors: [{ pointer: `/${key}`, code, detail }] });
