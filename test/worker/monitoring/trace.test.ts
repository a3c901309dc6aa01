import { createServer } from "node:http";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../worker/database/index.ts";
import { Timings, traceOf, withTimings } from "../../../worker/monitoring/index.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = "00f067aa0ba902b7";

describe("a trace", () => {
  it("A valid traceparent is continued under a span of its own", () => {
    const trace = traceOf(`00-${traceId}-${parent}-01`);
    expect(trace).toMatchObject({ traceId, isSampled: true, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(trace.spanId).not.toBe(parent);
    expect(traceOf(`00-${traceId}-${parent}-00`)).toMatchObject({ traceId, isSampled: false });
    expect(traceOf(`01-${traceId}-${parent}-01-future`)).toMatchObject({ traceId });
  });

  it.each([
    undefined,
    "",
    `ff-${traceId}-${parent}-01`,
    `00-${"0".repeat(32)}-${parent}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${parent}-01`,
    `00-${traceId}-${parent}-01-more`,
    `00-${traceId}-${parent}`,
    `00-${traceId}-${parent}-01\nx`,
  ])("An absent or invalid traceparent begins a new trace: %j", (header) => {
    const trace = traceOf(header);
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.traceId).not.toBe(traceId);
  });

  it("A request's calls of the database carry its trace, and other calls carry none", async () => {
    const received: (string | string[] | undefined)[] = [];
    const server = createServer((request, response) => {
      received.push(request.headers.traceparent);
      response.end(JSON.stringify({ fields: [], rows: [], command: "SELECT", rowCount: 0 }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const fetchEndpoint = `http://127.0.0.1:${address.port}/sql`;
    const database = connect({ url: "postgresql://ada:pw@db.example/edgesmith", fetchEndpoint });
    const trace = traceOf(`00-${traceId}-${parent}-01`);
    await withTimings(new Timings(trace), async () => {
      await database.execute(sql`SELECT 1`);
    });
    await database.execute(sql`SELECT 1`);
    server.close();
    expect(received).toEqual([`00-${traceId}-${trace.spanId}-01`, undefined]);
  });
});
