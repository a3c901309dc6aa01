import type { Context } from "hono";
import { isCommonPassword } from "../../accounts/index.ts";
import { isOneLine, isStorable, maxNameLength, notOneLine } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";
import { jsonIn, limitBody, refuseOtherCharset, textIn } from "../middleware/strict-body.ts";
import type { AuthPath } from "./auth-methods.ts";

/** The body of a request for better-auth, read once. */
export type AuthBody = {
  /** As it is handed on. */
  text: string;
  fields: Record<string, unknown>;
  /** The account that it is about, as it is stored; null where it names none. */
  email: string | null;
};

/** No field of any of these requests is long. */
const maxBodyBytes = 16 * 1024;

/** As long as a field may be, in characters: better-auth limits none, and what it stores is kept in many places. */
const maxFieldLengthOf = (name: string): number => (name === "name" ? maxNameLength : name === "email" ? 254 : 10_000);

/**
 * Reads a body and refuses what better-auth would take: one that is no JSON like one with wrong fields, and text that
 * PostgreSQL cannot hold.
 * @throws AppError `payload_too_large`, `unsupported_media_type`, `malformed_json`, `invalid_request`
 */
export async function readAuthBody(c: Context<AppEnv>, path: AuthPath): Promise<AuthBody> {
  const bytes = await bytesOf(c);
  // Signing out needs nothing to be said.
  if (bytes.byteLength === 0) return { text: path === "/sign-out" ? "{}" : "", fields: {}, email: null };
  // It would take forms as well, past all that is looked at here and by the limits.
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be application/json.");
  }
  refuseOtherCharset(c);
  const text = textIn(bytes);
  if (text === null) throw notJson();
  const body = jsonIn(text, notJson);
  eachField(body, refuseField);
  const fields = typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body } : {};
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

/** The request for better-auth, with the body that was read. */
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
  const most = maxFieldLengthOf(key);
  if (value.length > most) throw refused(key, "too_big", `${key} must have at most ${most} characters.`);
  if (!isStorable(value))
    throw refused(key, "invalid_text", `${key} holds a NUL character or a lone surrogate, which cannot be stored.`);
  if (key !== "name") return;
  // As `PATCH /v1/me` has it.
  if (value.trim() === "") throw refused(key, "too_small", "name must not be empty.");
  if (!isOneLine(value)) throw refused(key, "control_character", `name ${notOneLine}.`);
}

/** Where a password is set, and the field that has it. */
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

/** Every text within a value, with the name it stands under. */
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
