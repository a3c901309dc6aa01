import { createServer } from "node:http";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { connect, type Database, executeIdempotent, readIntoBuffer } from "../../../worker/database/index.ts";
import { ReusableBuffer } from "../../../worker/database/reusable-buffer.ts";

// A database whose responses begin correctly and break off within their bodies.

let asked = 0;
beforeEach(() => {
  asked = 0;
});
let database: Database;
const server = createServer((_request, answer) => {
  asked += 1;
  answer.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
  answer.write('{"rows":[');
  answer.flushHeaders();
  setImmediate(() => answer.destroy());
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const url = "postgresql://ada:secret@localhost/edgesmith";
  database = connect({ url, fetchEndpoint: `http://127.0.0.1:${address.port}/sql` });
});

afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

it("A broken response is dependency_down after one retry, not an internal error", async () => {
  const reading = executeIdempotent(database.select({ one: sql`1` }).from(sql`(SELECT 1) AS one`));
  await expect(reading).rejects.toMatchObject({ code: "dependency_down" });
  expect(asked).toBe(2);
});

it("A broken response to readIntoBuffer is dependency_down too, and the buffer stays usable", async () => {
  const memory = new ReusableBuffer(5_000);
  const statement = database.select({ one: sql`1` }).from(sql`(SELECT 1) AS one`);
  await expect(readIntoBuffer(database, statement, memory)).rejects.toMatchObject({ code: "dependency_down" });
  expect(asked).toBe(2);
  expect(await memory.fill(new Response("whole").body ?? new ReadableStream())).toEqual(
    new TextEncoder().encode("whole"),
  );
});
