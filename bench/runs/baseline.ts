import { sql } from "drizzle-orm";
import { connect } from "../../worker/database/index.ts";
import { median } from "../figures.ts";
import type { Stage } from "./stage.ts";

/** The baseline in milliseconds on the machine on which the goals and the peer's figures were measured. */
export const referenceMs = 0.6;

/**
 * Measures the machine's speed: the median milliseconds of `SELECT 1` through the local gateway, the smallest operation
 * that passes through a process, a socket and PostgreSQL. Of Edgesmith, only its driver takes part.
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
