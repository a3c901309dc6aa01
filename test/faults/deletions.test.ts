// Races every write with the deletion of the resource that it depends on. Either may win; neither may cause a server
// error.
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { project as projectShape } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";

const rounds = roundsOf(6);

let testStack: TestStack;
let caller: Caller;
/** Uses a session's cookie, for operations that a token may not perform. */
let person: Caller;
let reader: Reader;
let random: Random;

beforeAll(async () => {
  testStack = await openTestStack();
  caller = await newCaller(testStack.stack);
  const { appUrl, port } = testStack.stack;
  person = callerWith(appUrl, port, { Origin: appUrl, Cookie: caller.cookie }, caller.cookie);
  reader = openReader(testStack.stack.databaseUrl);
  random = randomOf(seedOf("deletions"));
  // Longer gaps between statements, so that more races fall into them.
  testStack.stack.gateway.faults.delayMs = 4;
});

afterAll(async () => {
  await reader.close();
  await testStack.close();
});

type Write = { path: string; method?: string; body?: unknown; headers?: Record<string, string> };

const prompt = '```script\n[{"text":"Hello."}]\n```';
const agent = "---\nname: own\ntitle: Own\ndescription: An agent of this project.\n---\nYou help.\n";
const html = "<!doctype html><title>A</title><p>Hello";

/** The resource to delete, by a DELETE of its path, and the caller whose writes race with it. */
type Subject = { path: string; writer: Caller; deleter?: Caller };

/** A kind of deletion, with the writes that race with it, by name. */
type Deletion<S extends Subject> = {
  make(): Promise<S>;
  writes: Record<string, (subject: S) => Write>;
  /** The status codes of a write that follows the deletion, unless `after` lists its name. */
  afterwards: number[];
  after?: Record<string, number[]>;
  /** The maximum number of rounds. */
  maxRounds?: number;
  /** Asserts the state after both responses. `request` is the write. */
  settled?(subject: S, request: Write, answer: Answer): Promise<void>;
};

type Answer = { status: number; text: string };

/** Writes to a project, by name. */
const inProject: Record<string, (at: string) => Write> = {
  "a batch": (at) => ({ path: `${at}/batches`, body: { operations: [{ op: "write", path: "b.txt", content: "b" }] } }),
  "a restore": (at) => ({ path: `${at}/revisions/1/restore`, method: "POST" }),
  "a fork": (at) => ({ path: `${at}/fork`, body: {} }),
  "a change of its name": (at) => ({ path: at, method: "PATCH", body: { name: "Other" } }),
  "a run": (at) => ({ path: `${at}/runs`, body: { prompt, agent: "fullstack" } }),
  "a run with its stream": (at) => ({
    path: `${at}/runs`,
    body: { prompt, agent: "fullstack" },
    headers: { Accept: "text/event-stream" },
  }),
  "a preview": (at) => ({ path: `${at}/preview`, body: {} }),
  "a publication": (at) => ({ path: `${at}/publish`, body: {} }),
  "the end of a publication": (at) => ({ path: `${at}/publish`, method: "DELETE" }),
  "the end of its app's data": (at) => ({ path: `${at}/preview/data`, method: "DELETE" }),
  "an agent": (at) => ({ path: `${at}/agents/own`, method: "PUT", body: { content: agent } }),
  "a trigger": (at) => ({ path: `${at}/triggers`, body: { kind: "standard", prompt: "Do it" } }),
  "a webhook of its own": (at) => ({
    path: "/v1/webhooks",
    body: { url: "https://example.com/hook", events: ["revision.created"], projectId: at.split("/").at(-1) },
  }),
};

async function newSite(): Promise<string> {
  const at = `/v1/projects/${await newProject(caller)}`;
  const body = { operations: [{ op: "write", path: "index.html", content: html }] };
  const answer = await caller.request(`${at}/batches`, { body });
  expect(answer.status).toBe(201);
  return at;
}

async function statusOf(from: Caller, { path, ...init }: Write): Promise<Answer> {
  const answer = await from.request(path, init);
  return { status: answer.status, text: await answer.text() };
}

/**
 * Races every write with the deletion: each response is consistent with one of the two orders, and the later operation
 * is rejected.
 */
function races<S extends Subject>({
  make,
  writes,
  afterwards,
  after = {},
  maxRounds = rounds,
  settled,
}: Deletion<S>): void {
  for (const [what, write] of Object.entries(writes)) {
    it(`${what} beside the deletion causes no server error, in either order`, async () => {
      const late = after[what] ?? afterwards;
      const seen: number[] = [];
      for (let round = 1; round <= Math.min(rounds, maxRounds); round += 1) {
        const subject = await make();
        const { path, writer, deleter = person } = subject;
        const request = write(subject);
        const delayed = async (from: Caller, sent: Write, ms: number) => {
          await pause(ms);
          return statusOf(from, sent);
        };
        const [written, deleted] = await Promise.all([
          delayed(writer, request, random.whole(0, 80)),
          delayed(deleter, { path, method: "DELETE" }, random.whole(0, 80)),
        ]);
        expect(deleted, deleted.text).toMatchObject({ status: 204 });
        if (written.status >= 300) expect(late, `${what}: ${written.text}`).toContain(written.status);
        seen.push(written.status);
        const repeated = await statusOf(writer, write(subject));
        expect(late, repeated.text).toContain(repeated.status);
        await settled?.(subject, request, written);
      }
      console.log(`${what}: ${seen.join(", ")}`);
    });
  }
}

describe("a project's deletion", () => {
  races({
    make: async () => ({ path: await newSite(), writer: person }),
    writes: Object.fromEntries(
      Object.entries(inProject).map(([what, write]) => [what, ({ path }: Subject) => write(path)]),
    ),
    // The webhook's body names the project, so its own validation rejects it.
    afterwards: [404, 422],
  });

  it("a project's deletion beside itself and a fork's leaves nothing without an owner", async () => {
    for (let round = 1; round <= rounds; round += 1) {
      const at = await newSite();
      const fork = await caller.expect(projectShape, 201, `${at}/fork`, { body: {} });
      const paths = [at, at, `/v1/projects/${fork.id}`];
      const answers = await Promise.all(paths.map((path) => statusOf(caller, { path, method: "DELETE" })));
      expect(answers.every(({ status }) => status === 204 || status === 404)).toBe(true);
    }
    await testStack.stack.runScheduled();
    const unowned = "SELECT count(*) FROM blob WHERE NOT EXISTS (SELECT FROM project p WHERE p.space = blob.space)";
    expect(await reader.count(unowned)).toBe(0);
  });
});

describe("a webhook's deletion", () => {
  const created = z.object({ id: z.string() });
  const hook = { url: "https://example.com/hook", events: ["revision.created", "project.updated", "run.completed"] };

  it("a webhook's deletion fails none of the account's concurrent batches, changes and runs", async () => {
    const at = await newSite();
    for (let round = 1; round <= rounds; round += 1) {
      const hooks = await Promise.all(
        Array.from({ length: 8 }, () => person.expect(created, 201, "/v1/webhooks", { body: hook })),
      );
      const deletions = hooks.map(async ({ id }) => {
        await pause(random.whole(0, 60));
        return statusOf(person, { path: `/v1/webhooks/${id}`, method: "DELETE" });
      });
      const written = Array.from({ length: 24 }, async (_, number) => {
        await pause(random.whole(0, 60));
        const content = `${round} ${number}`;
        const batch = { operations: [{ op: "write", path: `${number}.txt`, content }] };
        if (number % 8 === 7) return statusOf(person, { path: at, method: "PATCH", body: { name: content } });
        return statusOf(person, { path: `${at}/batches`, body: batch });
      });
      for (const { status, text } of await Promise.all(deletions)) expect(status, text).toBe(204);
      for (const { status, text } of await Promise.all(written)) expect([200, 201], text).toContain(status);
    }
  });

  it("a webhook's deletion beside a test, a recovery and a second delivery causes no server error", async () => {
    for (let round = 1; round <= rounds; round += 1) {
      const { id } = await person.expect(created, 201, "/v1/webhooks", { body: hook });
      const at = `/v1/webhooks/${id}`;
      const test = z.object({ deliveryId: z.string() });
      const { deliveryId } = await person.expect(test, 202, `${at}/test`, { method: "POST" });
      const since = new Date(Date.now() - 60_000).toISOString();
      const writing = [
        statusOf(person, { path: `${at}/test`, method: "POST" }),
        statusOf(person, { path: `${at}/recover`, body: { since } }),
        statusOf(person, { path: `/v1/deliveries/${deliveryId}/redeliver`, method: "POST" }),
        statusOf(person, { path: `${at}/rotate-secret`, body: {} }),
        statusOf(person, { path: at, method: "PATCH", body: { description: "other" } }),
      ];
      await pause(random.whole(0, 20));
      const deleted = await statusOf(person, { path: at, method: "DELETE" });
      expect(deleted.status, deleted.text).toBe(204);
      for (const { status, text } of await Promise.all(writing)) expect(status, text).toBeLessThan(500);
    }
  });
});

/** Builds a delivery with a valid signature and a unique id. */
function signed({ id, secret }: { id: string; secret: string }, payload: unknown = {}): Write {
  const deliveryId = `msg_${crypto.randomUUID()}`;
  const at = new Date();
  const headers = {
    "webhook-id": deliveryId,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(deliveryId, at, JSON.stringify(payload)),
  };
  return { path: `/v1/in/${id}`, body: payload, headers };
}

const made = z.object({ id: z.string(), secret: z.string() });

const makeTrigger = (from: Caller, at: string, input: object = {}) =>
  from.expect(made, 201, `${at}/triggers`, { body: { kind: "standard", prompt, ...input } });

/** Resolves when every run of a project has ended: none waits for a deleted resource. */
const allEnd = (from: Reader, at: string) =>
  until("every run of the project to end", 10_000, async () => {
    const unended = "SELECT count(*) FROM run WHERE project_id = $1 AND ended_at IS NULL";
    return (await from.count(unended, at.split("/").at(-1))) === 0;
  });

const noReceipts = async (from: Reader, { path }: Subject) =>
  expect(await from.count("SELECT count(*) FROM trigger_receipt WHERE trigger_id = $1", path.split("/").at(-1))).toBe(
    0,
  );

describe("a trigger's deletion", () => {
  type Triggered = Subject & { at: string; id: string; secret: string };
  races<Triggered>({
    make: async () => {
      const at = await newSite();
      const { id, secret } = await makeTrigger(person, at);
      return { at, id, secret, path: `/v1/triggers/${id}`, writer: person };
    },
    writes: {
      "a delivery": (trigger) => signed(trigger),
      "a change of it": ({ path }) => ({ path, method: "PATCH", body: { prompt: "Other", enabled: true } }),
      "another secret": ({ path }) => ({ path: `${path}/rotate-secret`, body: { overlapSeconds: 60 } }),
    },
    afterwards: [404],
    // A sender must not learn which triggers exist.
    after: { "a delivery": [401] },
    settled: async (subject) => {
      await noReceipts(reader, subject);
      await allEnd(reader, subject.at);
    },
  });

  describe("when the account's run limit is reached", () => {
    let full: TestStack;
    let owner: Caller;
    let ofFull: Reader;
    let at: string;

    beforeAll(async () => {
      full = await openTestStack({ variables: { RATE_LIMITS: "on" } });
      const { appUrl, port } = full.stack;
      const { cookie } = await newCaller(full.stack);
      owner = callerWith(appUrl, port, { Origin: appUrl, Cookie: cookie }, cookie);
      ofFull = openReader(full.stack.databaseUrl);
      at = `/v1/projects/${await newProject(owner)}`;
      // The rate limit of run starts per minute.
      for (let started = 0; started < 3; started += 1) {
        const start = { path: `${at}/runs`, body: { prompt, agent: "fullstack" } };
        expect(await statusOf(owner, start)).toMatchObject({ status: 202 });
      }
      full.stack.gateway.faults.delayMs = 4;
    });

    afterAll(async () => {
      await ofFull.close();
      await full.close();
    });

    races<Triggered>({
      make: async () => {
        const { id, secret } = await makeTrigger(owner, at, { agent: "fullstack" });
        return { at, id, secret, path: `/v1/triggers/${id}`, writer: owner, deleter: owner };
      },
      writes: { "a delivery that is queued": (trigger) => signed(trigger) },
      afterwards: [401],
      // The account may write 120 times per minute.
      maxRounds: 40,
      // Deleting the trigger cancels its queued deliveries. Otherwise they would start runs later without being listed.
      settled: async (subject) => {
        await noReceipts(ofFull, subject);
        await allEnd(ofFull, at);
      },
    });
  });
});

describe("the deletion of a project's own agent", () => {
  type Used = Subject & { at: string; trigger: { id: string; secret: string } };
  races<Used>({
    make: async () => {
      const at = await newSite();
      const path = `${at}/agents/own`;
      expect((await person.request(path, { method: "PUT", body: { content: agent } })).status).toBe(200);
      return { at, path, writer: person, trigger: await makeTrigger(person, at, { agent: "own" }) };
    },
    writes: {
      "a run with it": ({ at }) => ({ path: `${at}/runs`, body: { prompt, agent: "own" } }),
      "a run with it and its stream": ({ at }) => ({
        path: `${at}/runs`,
        body: { prompt, agent: "own" },
        headers: { Accept: "text/event-stream" },
      }),
      "a delivery to a trigger that names it": ({ trigger }) => signed(trigger),
      "a trigger that names it": ({ at }) => ({
        path: `${at}/triggers`,
        body: { kind: "standard", prompt, agent: "own" },
      }),
      "a change of a trigger that names it": ({ trigger }) => ({
        path: `/v1/triggers/${trigger.id}`,
        method: "PATCH",
        body: { agent: "own" },
      }),
      "another text of it": ({ path }) => ({ path, method: "PUT", body: { content: agent } }),
    },
    afterwards: [422],
    // Writing the agent creates it again.
    after: { "another text of it": [200] },
    // A started run has its own copy of the agent.
    settled: async ({ at }) => {
      await allEnd(reader, at);
      const otherwise = "SELECT count(*) FROM run WHERE project_id = $1 AND status <> 'completed'";
      expect(await reader.count(otherwise, at.split("/").at(-1))).toBe(0);
      // An account may have at most twenty triggers.
      expect(await statusOf(person, { path: at, method: "DELETE" })).toMatchObject({ status: 204 });
    },
  });
});

describe("a token's revocation", () => {
  const scopes = ["projects:read", "projects:write", "runs:read", "runs:write", "webhooks:read", "webhooks:write"];
  const granted = z.object({ id: z.string(), token: z.string() });
  const operations = [{ op: "write", path: "b.txt", content: "b" }];
  const start = { prompt, agent: "fullstack" };
  type Granted = Subject & { at: string; id: string; key: string };
  const keyed = ({ key }: Granted): Record<string, string> => ({ "Idempotency-Key": key });

  races<Granted>({
    make: async () => {
      const at = await newSite();
      const { id, token } = await person.expect(granted, 201, "/v1/tokens", { body: { name: "lost", scopes } });
      const { appUrl, port } = testStack.stack;
      const writer = callerWith(appUrl, port, { Authorization: `Bearer ${token}` }, "");
      // After a successful start, the isolate caches the caller and starts further runs optimistically.
      expect(await statusOf(writer, { path: `${at}/runs`, body: start })).toMatchObject({ status: 202 });
      return { at, id, path: `/v1/tokens/${id}`, writer, key: crypto.randomUUID() };
    },
    writes: {
      "a batch by it": ({ at }) => ({ path: `${at}/batches`, body: { operations } }),
      "a batch by it under a key": (it) => ({ path: `${it.at}/batches`, body: { operations }, headers: keyed(it) }),
      "a run by it": ({ at }) => ({ path: `${at}/runs`, body: start }),
      "a run by it under a key": (it) => ({ path: `${it.at}/runs`, body: start, headers: keyed(it) }),
      "a webhook by it": ({ at }) => ({
        path: "/v1/webhooks",
        body: { url: "https://example.com/hook", events: ["revision.created"], projectId: at.split("/").at(-1) },
      }),
      "a trigger by it": ({ at }) => ({ path: `${at}/triggers`, body: { kind: "standard", prompt } }),
    },
    afterwards: [401],
    settled: async ({ at, id }, request, { status, text }) => {
      expect(await reader.count("SELECT count(*) FROM api_token WHERE id = $1 AND revoked_at IS NULL", id)).toBe(0);
      await allEnd(reader, at);
      if (request.path.endsWith("/webhooks") || request.path.endsWith("/triggers")) {
        // A token's webhooks belong to its account, which may have twenty.
        if (status !== 201) return;
        const path = `/v1/${request.path.split("/").at(-1)}/${made.parse(JSON.parse(text)).id}`;
        expect(await statusOf(person, { path, method: "DELETE" })).toMatchObject({ status: 204 });
      }
      if (!request.headers) return;
      // The key belongs to the account: a retry by a credential that is still valid is the same write, applied once.
      const repeated = await until("the key to be free", 10_000, async () => {
        const answer = await person.request(request.path, request);
        await answer.text();
        return answer.status !== 409 && answer;
      });
      expect([201, 202]).toContain(repeated.status);
      expect(repeated.headers.has("Idempotent-Replayed")).toBe(status < 300);
      const table = request.path.endsWith("/runs") ? "run" : "revision";
      const projectId = at.split("/").at(-1);
      const written = await reader.count(`SELECT count(*) FROM ${table} WHERE project_id = $1`, projectId);
      // The account had one of each before.
      expect(written).toBe(2);
    },
  });

  it("a token's revocation beside its rotations leaves one successor at most, and no rotation follows it", async () => {
    const seen: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const { id } = await person.expect(granted, 201, "/v1/tokens", { body: { name: `turned ${round}`, scopes } });
      const path = `/v1/tokens/${id}`;
      const rotation = async () => {
        await pause(random.whole(0, 20));
        return statusOf(person, { path: `${path}/rotate`, body: { overlapSeconds: 60 } });
      };
      const revocation = async () => {
        await pause(random.whole(0, 20));
        return statusOf(person, { path, method: "DELETE" });
      };
      const [revoked, ...rotated] = await Promise.all([revocation(), rotation(), rotation(), rotation()]);
      expect(revoked.status, revoked.text).toBe(204);
      for (const { status, text } of rotated) expect([201, 404, 409], text).toContain(status);
      const successors = await reader.rows<{ id: string }>(
        "SELECT id FROM api_token WHERE name = $1 AND id <> $2",
        `turned ${round}`,
        id,
      );
      seen.push(successors.length);
      expect(successors.length).toBe(rotated.filter(({ status }) => status === 201).length);
      expect(successors.length).toBeLessThanOrEqual(1);
      expect((await rotation()).status).toBe(404);
      // An account may have at most fifty tokens.
      for (const one of successors) await statusOf(person, { path: `/v1/tokens/${one.id}`, method: "DELETE" });
    }
    console.log(`successors: ${seen.join(", ")}`);
  });
});
