import { randomBytes } from "node:crypto";
import { z } from "zod";

const TIMEOUT_MS = 30_000;

const readySchema = z.object({ status: z.string() });
const idSchema = z.object({ id: z.string() });
const fileSchema = z.object({ content: z.string() });

export type SmokeTest = {
  appUrl: string;
  /** An address whose mailbox accepts `name+tag@domain`: a configured mail service sends it a link. */
  mailbox: string;
};

/**
 * Uses a deployment as a person would: signs up, creates a project, writes a file, reads it, and deletes the account.
 * @param overrides versions to use where the traffic is split, by the Worker's name
 * @throws Error that names the request and its response
 */
export async function smokeTest({ appUrl, mailbox }: SmokeTest, overrides: Record<string, string> = {}): Promise<void> {
  const version = Object.entries(overrides).map(([name, id]) => `${name}="${id}"`);
  const common = {
    Origin: new URL(appUrl).origin,
    ...(version.length > 0 ? { "Cloudflare-Workers-Version-Overrides": version.join(", ") } : {}),
  };
  const ready = await request(appUrl, "/v1/ready", { headers: common });
  const { status } = readySchema.parse(await ready.json());
  if (status !== "ready" && status !== "degraded") throw new Error(`GET /v1/ready: ${status}`);

  const password = randomBytes(18).toString("base64url");
  const email = mailbox.replace("@", `+smoke-${randomBytes(6).toString("hex")}@`);
  const signedUp = await request(appUrl, "/v1/auth/sign-up/email", {
    headers: common,
    body: { name: "Smoke test", email, password },
  });
  const cookies = signedUp.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  const headers = { ...common, Cookie: cookies.join("; ") };
  try {
    await writeAndRead(appUrl, headers);
  } finally {
    await request(appUrl, "/v1/me", { method: "DELETE", headers });
  }
}

async function writeAndRead(appUrl: string, headers: Record<string, string>): Promise<void> {
  const content = `<h1>${randomBytes(8).toString("hex")}</h1>`;
  const created = await request(appUrl, "/v1/projects", { headers, body: { name: "Smoke test" } });
  const { id } = idSchema.parse(await created.json());
  const operations = [{ op: "create", path: "index.html", content }];
  await request(appUrl, `/v1/projects/${id}/batches`, { headers, body: { operations } });
  const file = await request(appUrl, `/v1/projects/${id}/files/index.html`, { headers });
  if (fileSchema.parse(await file.json()).content !== content)
    throw new Error("A file's content differs after it was written.");
}

type Init = { method?: string; headers: Record<string, string>; body?: unknown };

async function request(appUrl: string, path: string, { method, headers, body }: Init): Promise<Response> {
  const verb = method ?? (body === undefined ? "GET" : "POST");
  const response = await fetch(new URL(path, appUrl), {
    method: verb,
    headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${verb} ${path}: ${response.status} ${(await response.text()).slice(0, 300)}`);
  return response;
}
