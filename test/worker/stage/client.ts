import { SELF } from "cloudflare:test";
import type { ApiToken, NewApiToken, Page, Problem, Project, Run, RunEvent } from "../../../worker/contract/index.ts";

export const appUrl = "http://localhost:8787";

type Init = { method?: string; body?: unknown; headers?: Record<string, string> };

/** One caller of the API: an account with its cookie, a token, or nobody. */
export type Caller = {
  request(path: string, init?: Init): Promise<Response>;
  /** The JSON of an answer with this status; any other status fails the test with what it said. */
  expect<T>(status: number, path: string, init?: Init): Promise<T>;
  problem(status: number, path: string, init?: Init): Promise<Problem>;
};

const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === "string" || body instanceof Uint8Array;

function callerWith(credentials: Record<string, string>): Caller {
  const request = (path: string, { method, body, headers }: Init = {}) =>
    SELF.fetch(`${appUrl}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: { ...credentials, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
    });
  return {
    request,
    async expect<T>(status: number, path: string, init?: Init): Promise<T> {
      const answer = await request(path, init);
      const text = await answer.text();
      if (answer.status !== status) throw new Error(`${init?.method ?? ""} ${path}: ${answer.status} ${text}`);
      return text === "" ? (undefined as T) : JSON.parse(text);
    },
    async problem(status, path, init) {
      const answer = await request(path, init);
      const text = await answer.text();
      if (answer.status !== status) throw new Error(`${init?.method ?? ""} ${path}: ${answer.status} ${text}`);
      const type = answer.headers.get("content-type");
      if (type !== "application/problem+json") throw new Error(`${path}: ${type} is no problem`);
      return JSON.parse(text);
    },
  };
}

export const nobody = callerWith({});
export const withToken = (token: string): Caller => callerWith({ Authorization: `Bearer ${token}` });
export const withCookie = (cookie: string): Caller => callerWith({ Cookie: cookie, Origin: appUrl });

export type Account = Caller & { email: string; cookie: string; token(scopes: string[]): Promise<Caller> };

const password = "correct horse";

/** A new account, signed in. Every test has its own, so tests share no state and can run at once. */
export async function newAccount(): Promise<Account> {
  const email = `${crypto.randomUUID()}@example.com`;
  const answer = await authRequest("sign-up", { name: "Ada", email, password });
  if (answer.status !== 200) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`);
  return accountOf(email, cookiesIn(answer));
}

/** The owner of the platform, with a new session. All tests share this one account, since its address is configured. */
export async function newAdmin(): Promise<Account> {
  const email = "owner@edgesmith.example";
  const created = await authRequest("sign-up", { name: "Owner", email, password });
  if (created.status === 200) return accountOf(email, cookiesIn(created));
  const answer = await authRequest("sign-in", { email, password });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return accountOf(email, cookiesIn(answer));
}

const authRequest = (route: "sign-in" | "sign-up", body: Record<string, string>) =>
  // The limit counts by address; each request's address is its own.
  nobody.request(`/v1/auth/${route}/email`, { body, headers: { "CF-Connecting-IP": crypto.randomUUID() } });

/** @returns the cookies that a browser would send after a response */
export const cookiesIn = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0] ?? "")
    .filter((one) => !one.endsWith("="))
    .join("; ");

export function accountOf(email: string, cookie: string): Account {
  const caller = withCookie(cookie);
  return {
    ...caller,
    email,
    cookie,
    async token(scopes) {
      const { token } = await caller.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "test", scopes } });
      return withToken(token);
    },
  };
}

export const newProject = (caller: Caller, name = "Test"): Promise<Project> =>
  caller.expect<Project>(201, "/v1/projects", { body: { name } });

/** Starts a run and reads its stream to the end. */
export async function runToEnd(caller: Caller, projectId: string, body: Record<string, unknown>) {
  const answer = await caller.request(`/v1/projects/${projectId}/runs`, {
    body,
    headers: { Accept: "text/event-stream" },
  });
  if (answer.status !== 202 && answer.status !== 200) throw new Error(`run: ${answer.status} ${await answer.text()}`);
  const events = parseFrames(await answer.text());
  const runId = events[0]?.runId ?? "";
  return { events, run: await caller.expect<Run>(200, `/v1/runs/${runId}`) };
}

/** The events in a stream's text. */
export const parseFrames = (text: string): RunEvent[] =>
  text.split("\n\n").flatMap((frame) => {
    const data = frame.split("\n").find((line) => line.startsWith("data: "));
    return data === undefined ? [] : [JSON.parse(data.slice("data: ".length))];
  });

export type { ApiToken, Page, Problem, Project, Run, RunEvent };
