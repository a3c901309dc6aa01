import { sql } from "drizzle-orm";
import { connect } from "../../worker/database/index.ts";
import { median } from "../figures.ts";
import type { Stage } from "./stage.ts";

/** What the same took on the machine on which the goals and the peer's figures were set, in milliseconds. */
export const referenceMs = 0.6;

/**
 * The median of `SELECT 1` through the local gateway, in milliseconds: the smallest thing that passes through a process, a
 * socket and PostgreSQL, and so what a machine's speed is told by. Nothing of Edgesmith but its driver takes part.
 */
export async function measureBaseline({ stack }: Stage, rounds = 300): Promise<number> {
  const database = connect({ url: stack.databaseUrl, fetchEndpoint: stack.gateway.url });
  const times: number[] = [];
  for (let round = -50; round < rounds; round += 1) {
    const from = performance.now();
    await database.execute(sql`SELECT 1`);
    if (round >= 0) times.push(performance.now() - from);
  }
  return median(times);
}
