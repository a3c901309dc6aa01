// Every write beside the deletion of what it refers to, or comes by: either comes first, and neither is a fault of the server.
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { project as projectShape } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject } from "./caller.ts";
import { type House, openHouse } from "./house.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";
import { until } from "./until.ts";

const rounds = roundsOf(6);

let house: House;
let caller: Caller;
/** With a session's cookie, for what a token may not do. */
let person: Caller;
let reader: Reader;
let random: Random;

beforeAll(async () => {
  house = await openHouse();
  caller = await newCaller(house.stack);
  const { appUrl, port } = house.stack;
  person = callerWith(appUrl, port, { Origin: appUrl, Cookie: caller.cookie }, caller.cookie);
  reader = openReader(house.stack.databaseUrl);
  random = randomOf(seedOf("deletions"));
  // What happens between two statements takes longer, so that more falls into it.
  house.stack.gateway.faults.delayMs = 4;
});

afterAll(async () => {
  await reader.close();
  await house.close();
});

type Write = { path: string; method?: string; body?: unknown; headers?: Record<string, string> };

const prompt = '```script\n[{"text":"Hello."}]\n```';
const agent = "---\nname: own\ntitle: Own\ndescription: An agent of this project.\n---\nYou help.\n";
const html = "<!doctype html><title>A</title><p>Hello";

/** What is deleted: by a DELETE of its path, beside writes of a caller. */
type Subject = { path: string; writer: Caller; deleter?: Caller };

/** A kind of thing that is deleted, with what may be written beside that, by its name. */
type Deletion<S extends Subject> = {
  make(): Promise<S>;
  writes: Record<string, (subject: S) => Write>;
  /** What a write is answered that comes after the deletion, where it is not `after` of its own name. */
  afterwards: number[];
  after?: Record<string, number[]>;
  /** How many rounds it takes at most. */
  most?: number;
  /** What has to hold when both have been answered; `asked` is the write. */
  settled?(subject: S, asked: Write, answer: Answer): Promise<void>;
};

type Answer = { status: number; text: string };

/** What may be written in a project, by its name. */
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

/** Every write beside the deletion: each is answered as if it came first or as if it came last, and what came last is refused. */
function races<S extends Subject>({ make, writes, afterwards, after = {}, most = rounds, settled }: Deletion<S>): void {
  for (const [what, write] of Object.entries(writes)) {
    it(`${what} beside the deletion causes no server error, in either order`, async () => {
      const late = after[what] ?? afterwards;
      const seen: number[] = [];
      for (let round = 1; round <= Math.min(rounds, most); round += 1) {
        const subject = await make();
        const { path, writer, deleter = person } = subject;
        const asked = write(subject);
        const delayed = async (from: Caller, sent: Write, ms: number) => {
          await pause(ms);
          return statusOf(from, sent);
        };
        const [written, deleted] = await Promise.all([
          delayed(writer, asked, random.whole(0, 80)),
          delayed(deleter, { path, method: "DELETE" }, random.whole(0, 80)),
        ]);
        expect(deleted, deleted.text).toMatchObject({ status: 204 });
        if (written.status >= 300) expect(late, `${what}: ${written.text}`).toContain(written.status);
        seen.push(written.status);
        const again = await statusOf(writer, write(subject));
        expect(late, again.text).toContain(again.status);
        await settled?.(subject, asked, written);
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
    // A webhook names a project by a rule of its own body.
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
    await house.stack.runScheduled();
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

/** A delivery as its sender signs it, under an id of its own. */
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

/** Every run of a project ends by itself: none waits for what is gone. */
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
    // Who sends to a trigger is told nothing of which there are.
    after: { "a delivery": [401] },
    settled: async (subject) => {
      await noReceipts(reader, subject);
      await allEnd(reader, subject.at);
    },
  });

  describe("when the account's run limit is reached", () => {
    let full: House;
    let owner: Caller;
    let ofFull: Reader;
    let at: string;

    beforeAll(async () => {
      full = await openHouse({ variables: { RATE_LIMITS: "on" } });
      const { appUrl, port } = full.stack;
      const { cookie } = await newCaller(full.stack);
      owner = callerWith(appUrl, port, { Origin: appUrl, Cookie: cookie }, cookie);
      ofFull = openReader(full.stack.databaseUrl);
      at = `/v1/projects/${await newProject(owner)}`;
      // As many as may start in a minute.
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
      // Its account may write 120 times a minute.
      most: 40,
      // What waits in its queue ends with it: nothing would say any more that it waits, and it would start.
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
    // It is there again.
    after: { "another text of it": [200] },
    // A run that was started with it has all that it needs of it.
    settled: async ({ at }) => {
      await allEnd(reader, at);
      const otherwise = "SELECT count(*) FROM run WHERE project_id = $1 AND status <> 'completed'";
      expect(await reader.count(otherwise, at.split("/").at(-1))).toBe(0);
      // An account has twenty triggers at most.
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
      const { appUrl, port } = house.stack;
      const writer = callerWith(appUrl, port, { Authorization: `Bearer ${token}` }, "");
      // The isolate has started a run for it, and presumes from now on that it may start others.
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
    settled: async ({ at, id }, asked, { status, text }) => {
      expect(await reader.count("SELECT count(*) FROM api_token WHERE id = $1 AND revoked_at IS NULL", id)).toBe(0);
      await allEnd(reader, at);
      if (asked.path.endsWith("/webhooks") || asked.path.endsWith("/triggers")) {
        // What a token has made is its account's, which has room for twenty.
        if (status !== 201) return;
        const path = `/v1/${asked.path.split("/").at(-1)}/${made.parse(JSON.parse(text)).id}`;
        expect(await statusOf(person, { path, method: "DELETE" })).toMatchObject({ status: 204 });
      }
      if (!asked.headers) return;
      // The key is the account's: asked for by who is still let in, the write is the same one, done once.
      const again = await until("the key to be free", 10_000, async () => {
        const answer = await person.request(asked.path, asked);
        await answer.text();
        return answer.status !== 409 && answer;
      });
      expect([201, 202]).toContain(again.status);
      expect(again.headers.has("Idempotent-Replayed")).toBe(status < 300);
      const table = asked.path.endsWith("/runs") ? "run" : "revision";
      const projectId = at.split("/").at(-1);
      const written = await reader.count(`SELECT count(*) FROM ${table} WHERE project_id = $1`, projectId);
      // It had one of each before.
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
      // An account has fifty at most.
      for (const one of successors) await statusOf(person, { path: `/v1/tokens/${one.id}`, method: "DELETE" });
    }
    console.log(`successors: ${seen.join(", ")}`);
  });
});
