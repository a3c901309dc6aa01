import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Whether a loopback port is free now. */
export function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Below the ephemeral ports (from 32,768 on Linux), one of which could take a port between its choice and its use, and
 * above the ports that browsers block.
 */
const [lowest, highest] = [12_000, 32_000];

/**
 * Returns a loopback port that was free a moment ago: `preferred` when it is free, otherwise any.
 * @throws Error when no free port was found in a hundred attempts
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(lowest, highest);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`There is no free port between ${lowest} and ${highest}.`);
}
