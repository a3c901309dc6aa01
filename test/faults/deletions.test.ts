// Every write beside the deletion of what it refers to: either comes first, and neither is a fault of the server.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { project as projectShape } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject } from "./caller.ts";
import { type House, openHouse } from "./house.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";
import { openReader, type Reader } from "./reader.ts";

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

/** What may be written in a project, by its name. */
const writes: Record<string, (at: string) => Write> = {
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

async function statusOf(from: Caller, { path, ...init }: Write): Promise<{ status: number; text: string }> {
  const answer = await from.request(path, init);
  return { status: answer.status, text: await answer.text() };
}

describe("a project's deletion", () => {
  for (const [what, write] of Object.entries(writes)) {
    it(`beside ${what} is no fault of the server, whichever comes first`, async () => {
      const seen: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const at = await newSite();
        const afterwards = async (from: Caller, asked: Write, ms: number) => {
          await pause(ms);
          return statusOf(from, asked);
        };
        const [written, deleted] = await Promise.all([
          afterwards(person, write(at), random.whole(0, 40)),
          afterwards(caller, { path: at, method: "DELETE" }, random.whole(0, 40)),
        ]);
        expect(deleted, deleted.text).toMatchObject({ status: 204 });
        expect(written.status, `${what}: ${written.text}`).toBeLessThan(500);
        seen.push(written.status);
        const again = await statusOf(person, write(at));
        // A webhook names a project by a rule of its own body.
        expect([404, 422], again.text).toContain(again.status);
      }
      console.log(`${what}: ${seen.join(", ")}`);
    });
  }

  it("beside itself and beside a fork's leaves nothing that nobody owns", async () => {
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

  it("fails none of the account's batches, changes and runs beside it", async () => {
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

  it("beside a test, a recovery and a second delivery of its own is no fault of the server", async () => {
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
