import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { createApp } from "../../../worker/http/app.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { appUrl, cookiesIn } from "../stage/client.ts";
import { withoutMetrics } from "../stage/without-metrics.ts";

type Init = { method?: string; body?: unknown; cookie?: string; headers?: Record<string, string> };

/** Creates the API with variables of its own. A request also waits for the work after the response. */
export function apiWith(variables: Record<string, string>) {
  const bindings = { ...env, ...variables } as unknown as Env;
  const app = createApp();
  const request = async (path: string, { method, body, cookie, headers }: Init = {}): Promise<Response> => {
    withoutMetrics();
    const context = createExecutionContext();
    const sent = new Request(`${appUrl}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      redirect: "manual",
      headers: {
        Origin: appUrl,
        "CF-Connecting-IP": crypto.randomUUID(),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(cookie !== undefined && { Cookie: cookie }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await app.fetch(sent, bindings, context);
    await waitOnExecutionContext(context);
    return answer;
  };
  /** Creates an account with this email address and signs in. */
  const signUp = async (email = `${crypto.randomUUID()}@example.com`) => {
    const body = { name: "Ada", email, password: "correct horse" };
    const answer = await request("/v1/auth/sign-up/email", { body });
    if (answer.status !== 200) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`);
    return { email, cookie: cookiesIn(answer) };
  };
  return { request, signUp };
}
