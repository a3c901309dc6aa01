import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { expect } from "vitest";
import type { NewTrigger, Page, Run } from "../../../worker/contract/index.ts";
import { runCron } from "../../../worker/http/cron/cron.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { type Account, appUrl, newAccount, newProject, nobody } from "../stage/client.ts";

// External systems that send to Edgesmith, each with the signature of its own documentation.

export type Headers = Record<string, string>;
export type Sent = { headers: Headers; body: string };

/** @returns a client IP of its own, so that tests do not share a limit */
export const fromAnywhere = (): Headers => ({ "CF-Connecting-IP": crypto.randomUUID() });

export const newTrigger = (caller: Account, projectId: string, input: Record<string, unknown> = {}) =>
  caller.expect<NewTrigger>(201, `/v1/projects/${projectId}/triggers`, {
    body: { kind: "standard", prompt: '```script\n[{"text":"Hello."}]\n```', ...input },
  });

/** Creates an account with a project and a trigger. */
export async function aTrigger(input: Record<string, unknown> = {}) {
  const ada = await newAccount();
  const { id: projectId } = await newProject(ada);
  return { ada, projectId, trigger: await newTrigger(ada, projectId, input) };
}

type Standard = { id?: string; at?: Date; body?: string };

export function standard(secret: string, payload: unknown = {}, given: Standard = {}): Sent {
  const { id = `msg_${crypto.randomUUID()}`, at = new Date(), body = JSON.stringify(payload) } = given;
  const signature = new Webhook(secret).sign(id, at, body);
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  return { body, headers: { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } };
}

type GitHub = { id?: string; body?: string };

export function gitHub(secret: string, event: string, payload: unknown = {}, given: GitHub = {}): Sent {
  const { id = crypto.randomUUID(), body = JSON.stringify(payload) } = given;
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return { body, headers: { "X-GitHub-Delivery": id, "X-GitHub-Event": event, "X-Hub-Signature-256": signature } };
}

/** @returns the Worker's STRIPE_WEBHOOK_SECRET */
const stripeSecret = (): string => String(Reflect.get(env, "STRIPE_WEBHOOK_SECRET"));

export function stripe(payload: unknown, { secret = stripeSecret(), at = Date.now() } = {}): Sent {
  const body = JSON.stringify(payload);
  const seconds = Math.floor(at / 1_000);
  const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return { body, headers: { "Stripe-Signature": `t=${seconds},v1=${signature}` } };
}

/** Sends a request to a trigger's URL, or to Stripe's. */
export const send = (to: { url: string } | "stripe", { headers, body }: Sent, more: Headers = {}): Promise<Response> =>
  nobody.request(to === "stripe" ? "/v1/in/stripe" : to.url.slice(appUrl.length), {
    body,
    headers: { ...fromAnywhere(), ...headers, ...more },
  });

/** @returns the status with the run's id, or with the problem's code */
export async function outcomeOf(answer: Response): Promise<string> {
  const body = await answer.json<{ runId?: string | null; code?: string }>();
  return `${answer.status} ${body.code ?? body.runId}`;
}

export const runsOf = async (caller: Account, projectId: string) =>
  (await caller.expect<Page<Run>>(200, `/v1/projects/${projectId}/runs`)).data;

/** Runs the minute's cron now. */
export async function sweepNow(): Promise<void> {
  const context = createExecutionContext();
  await runCron(env as unknown as Env, context, Date.now());
  await waitOnExecutionContext(context);
}

/** Upgrades an account to 20 starts per minute. */
export async function upgrade(ada: Account): Promise<void> {
  const { id } = await ada.expect<{ id: string }>(200, "/v1/me");
  const object = { id: `sub_${crypto.randomUUID()}`, status: "active", metadata: { userId: id, plan: "pro" } };
  const type = "customer.subscription.created";
  const event = {
    id: `evt_${crypto.randomUUID().replaceAll("-", "")}`,
    type,
    created: 1_790_000_000,
    data: { object },
  };
  expect((await send("stripe", stripe(event))).status).toBe(200);
}
