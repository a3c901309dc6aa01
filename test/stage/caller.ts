import { z } from "zod";
import { eventPage, project, type Run, type RunEvent, run } from "../../worker/contract/index.ts";

type Init = { method?: string; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal };

/** A client of the public API, over HTTP through Pages, with a new account's token. */
export type Caller = {
  appUrl: string;
  cookie: string;
  /** The headers that authenticate the caller. */
  credentials: Record<string, string>;
  request(path: string, init?: Init): Promise<Response>;
  /**
   * Returns the parsed JSON of a response with this status.
   * @throws Error with the body when the status differs
   */
  expect<T>(schema: z.ZodType<T>, status: number, path: string, init?: Init): Promise<T>;
};

const scopes = ["projects:read", "projects:write", "runs:read", "runs:write"];

/**
 * Creates an account and a token of it.
 * @param verify opens the link that was mailed to the address, where the stack has a mail service
 * @returns a client with that token
 */
export async function newCaller(
  { appUrl, port }: { appUrl: string; port: number },
  verify?: (email: string) => Promise<void>,
): Promise<Caller> {
  const email = `${crypto.randomUUID()}@example.com`;
  const anonymous = callerWith(appUrl, port, { Origin: appUrl }, "");
  const body = { name: "Ada", email, password: "correct horse battery" };
  const answer = await anonymous.request("/v1/auth/sign-up/email", { body });
  if (answer.status !== 200) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  await verify?.(email);
  const person = callerWith(appUrl, port, { Origin: appUrl, Cookie: cookie }, cookie);
  const request = { body: { name: "Test client", scopes } };
  const { token } = await person.expect(z.object({ token: z.string() }), 201, "/v1/tokens", request);
  return callerWith(appUrl, port, { Authorization: `Bearer ${token}` }, cookie);
}

/** Node may not resolve `localhost`, so it connects to 127.0.0.1. */
export function callerWith(appUrl: string, port: number, credentials: Record<string, string>, cookie: string): Caller {
  const request = (path: string, { method, body, headers, signal }: Init = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: { ...credentials, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? AbortSignal.timeout(60_000),
    });
  return {
    appUrl,
    cookie,
    credentials,
    request,
    async expect(schema, status, path, init) {
      const answer = await request(path, init);
      const text = await answer.text();
      if (answer.status !== status) throw new Error(`${init?.method ?? ""} ${path}: ${answer.status} ${text}`);
      return schema.parse(JSON.parse(text));
    },
  };
}

/**
 * Creates a project.
 * @returns its id
 */
export async function newProject(caller: Caller, name = "Faults"): Promise<string> {
  return (await caller.expect(project, 201, "/v1/projects", { body: { name } })).id;
}

/** Starts a run of the agent "fullstack". */
export const startRun = (caller: Caller, projectId: string, prompt: string): Promise<Run> =>
  caller.expect(run, 202, `/v1/projects/${projectId}/runs`, { body: { prompt, agent: "fullstack" } });

/** Reads the whole log of a run, page by page, as JSON. */
export async function logOf(caller: Caller, runId: string, limit = 200): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (let after = 0; ; ) {
    const path = `/v1/runs/${runId}/events?after=${after}&limit=${limit}`;
    const page = await caller.expect(eventPage, 200, path);
    events.push(...page.data);
    after = page.nextAfter;
    if (page.upToDate) return events;
  }
}
