import { type Schema as JsonSchema, Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { type Caller, newAccount, nobody } from "../stage/client.ts";
import { type Asked, requests } from "./fuzz/arbitraries.ts";
import { type ApiDocument, readDocument, type Schema } from "./fuzz/document.ts";
import { makeThings } from "./make-things.ts";
import type { Things } from "./requests.ts";

// `npm run test:fuzz` sends more requests than `npm test`; FUZZ_SEED repeats a run by the seed that a failure prints.

/** The maximum per account, since further writes within a minute would all be a 429. */
const requestsOfAccount = 100;

let document: ApiDocument;
beforeAll(async () => {
  document = await readDocument();
});

type Stage = { things: Things; address: string; callers: Record<Asked["caller"], Caller> };

const allScopes = ["projects:read", "projects:write", "runs:read", "runs:write", "webhooks:read", "webhooks:write"];

async function newStage(): Promise<Stage> {
  const [ada, eve] = [await newAccount(), await newAccount()];
  const callers = { owner: ada, token: await ada.token([...allScopes, "usage:read"]), nobody, stranger: eve };
  return { things: await makeThings(ada), address: crypto.randomUUID(), callers };
}

/** Replaces the names of the caller's resources by their ids, and the webhook URL by a receiver on this machine. */
const filled = (text: string, things: Things): string =>
  text
    .replaceAll("https://example.com/hooks/edgesmith", `${inject("receiverUrl")}/200/fuzz`)
    .replaceAll(/\{(\w+)\}/g, (all, name: string) => {
      const id: unknown = Reflect.get(things, name);
      return typeof id === "string" ? id : all;
    });

const validators = new Map<Schema, Validator>();

function faultsOf(schema: Schema, body: unknown): string[] {
  let validator = validators.get(schema);
  if (!validator) {
    validator = new Validator(Object.assign({}, schema, { components: document.components }) as JsonSchema, "2020-12");
    validators.set(schema, validator);
  }
  const { valid, errors } = validator.validate(body);
  return valid ? [] : errors.slice(-3).map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}

/** @returns the mismatch between a response and the document; null for none */
async function faultIn({ operation }: Asked, answer: Response): Promise<string | null> {
  const documented = operation.responses[answer.status];
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  if (type === "text/event-stream") await answer.body?.cancel();
  const text = type === "text/event-stream" ? "" : await answer.text();
  if (answer.status >= 500) return `${answer.status} ${text}`;
  if (!documented) return `${answer.status} is not documented: ${text}`;
  const contents = documented.content ?? {};
  if (Object.keys(contents).length === 0) return text === "" ? null : `a body where none is documented: ${text}`;
  const schema = contents[type]?.schema;
  if (!schema) return `${answer.status} ${type} is not documented`;
  if (!type.endsWith("json")) return null;
  const faults = faultsOf(schema, JSON.parse(text));
  return faults.length === 0 ? null : `${answer.status} ${faults.join("; ")} in ${text}`;
}

describe("generated requests", () => {
  const [count, seed] = [inject("fuzzRequests"), inject("fuzzSeed")];

  it(
    `The responses to ${count} generated requests match the document, without a 5xx (seed ${seed})`,
    async () => {
      const asked = fc.sample(requests(document), { numRuns: count, seed });
      const faults: string[] = [];
      const statuses = new Map<number, number>();
      let stage = await newStage();
      for (const [n, one] of asked.entries()) {
        if (n > 0 && n % requestsOfAccount === 0) stage = await newStage();
        const path = filled(one.path, stage.things);
        const body = one.body === null ? undefined : filled(one.body, stage.things);
        const init = {
          method: one.operation.method,
          headers: { "CF-Connecting-IP": stage.address, ...one.headers },
          ...(body !== undefined && { body }),
        };
        const send = () => stage.callers[one.caller].request(path, init);
        let answer = await send();
        // On a busy machine the database's gateway may drop a connection; a 503 allows a retry.
        if (answer.status === 503) answer = await send();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const fault = await faultIn(one, answer);
        if (fault !== null) {
          faults.push(
            `${one.operation.method} ${path} ${JSON.stringify(one.headers)} ${body ?? ""} → ${fault}`.slice(0, 900),
          );
        }
      }
      console.info(`answers by status: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`);
      expect(faults).toEqual([]);
      // A fuzzer whose requests are all refused would test little.
      expect([...statuses].filter(([status]) => status < 300).reduce((sum, [, n]) => sum + n, 0)).toBeGreaterThan(
        count / 20,
      );
    },
    60_000 + count * 200,
  );
});
