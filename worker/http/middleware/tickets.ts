import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Context } from "hono";
import { authenticate } from "../../accounts/index.ts";
import type { Ticket, TicketInput } from "../../contract/index.ts";
import { decrypt, encrypt } from "../../crypto/index.ts";
import { executeIdempotent } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { checkLimit, limiterOf } from "../../limits/index.ts";
import { setOwner } from "../../monitoring/index.ts";
import { getProject } from "../../projects/index.ts";
import { getRun } from "../../runs/index.ts";
import type { Resource } from "../../sharing/index.ts";
import type { AppEnv } from "../environment.ts";
import { requireAccess } from "./access.ts";
import { clientIp } from "./client-ip.ts";
import { requireRole } from "./project-role.ts";
import { requestContext } from "./request-context.ts";
import { consumeTicket, insertTicket } from "./ticket-store.ts";

const lifetimeMs = 60_000;

const hashOf = (ticket: string): string => createHash("sha256").update(ticket).digest("hex");

/**
 * Creates a ticket for the stream of a run or the live feed of a project.
 * @throws AppError `not_found`, `insufficient_scope`
 */
export async function createTicket(c: Context<AppEnv>, input: TicketInput): Promise<Ticket> {
  const resource = await requireResource(c, input);
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
  const ticket = `est_${random.toString("base64url")}`;
  const expiresAt = new Date(Date.now() + lifetimeMs);
  const sealedCredential = await encrypt(c.get("config"), JSON.stringify(credentialOf(c.req.raw.headers)));
  await executeIdempotent(
    insertTicket(c.get("database"), { sha256: hashOf(ticket), resource, sealedCredential, expiresAt }),
  );
  return { ticket, expiresAt: expiresAt.toISOString() };
}

async function requireResource(c: Context<AppEnv>, { runId, projectId = "" }: TicketInput): Promise<string> {
  const named: Resource = runId === undefined ? { kind: "project", id: projectId } : { kind: "run", id: runId };
  await requireRole(c, named, "viewer");
  if (runId !== undefined) return (await getRun(requestContext(c), c.env, runId)).id;
  requireAccess(c.get("actor"), "projects:read");
  return (await getProject(requestContext(c), projectId)).id;
}

/** @returns the headers of a request that authenticate its caller; of the cookies only the session's */
function credentialOf(headers: Headers): Record<string, string> {
  const authorization = headers.get("authorization");
  if (authorization !== null) return { authorization };
  const cookies = (headers.get("cookie") ?? "").split(";").map((cookie) => cookie.trim());
  return { cookie: cookies.filter((cookie) => /^[^=]*\.session_token=/.test(cookie)).join("; ") };
}

/**
 * Sets the creator of a ticket as the actor of the request that uses it, if their credential is still valid.
 * @throws AppError `invalid_token` for a ticket that is unknown, used, expired or for another resource; `rate_limited`
 */
export async function redeemTicket(c: Context<AppEnv>, ticket: string): Promise<void> {
  const [row] = await executeIdempotent(consumeTicket(c.get("database"), hashOf(ticket)));
  if (!row || row.resource !== c.req.param("id") || row.expiresAt.getTime() < Date.now()) {
    await checkLimit({ limiter: limiterOf(c.env, c.get("config")), class: "anonymous", key: clientIp(c) });
    throw new AppError("invalid_token", "Invalid ticket: unknown, used, expired or for another stream.");
  }
  const config = c.get("config");
  const credential: Record<string, string> = JSON.parse(await decrypt(config, row.sealedCredential));
  const { actor } = await authenticate({
    config,
    database: c.get("database"),
    headers: new Headers(credential),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
    requireFresh: true,
  });
  c.set("actor", actor);
  setOwner(actor?.ownerId);
  c.set("hasTicket", true);
}
