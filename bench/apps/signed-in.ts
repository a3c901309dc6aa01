// The cost of a signed-in visitor: the same request to a published app with a session and without one, in turn.
import { z } from "zod";
import { type Caller, newCaller, newProject } from "../../test/stage/caller.ts";
import { openTestStack } from "../../test/stage/stack.ts";
import { batchResult, invitedPerson } from "../../worker/contract/index.ts";
import { median, ms, percentile } from "../figures.ts";
import { ask, send } from "./ask.ts";

const rounds = 1_000;
/** Uncounted rounds, in which both sides are compiled. */
const warmUp = 100;

const server = `import { user } from "edgesmith:auth";
export default { fetch: async (request) => Response.json(await user(request)) };`;

/** Publishes an app with a signed-in person. @returns its origin, and the cookie of the session */
async function publishWithPerson(caller: Caller): Promise<{ origin: string; cookie: string }> {
  const projectId = await newProject(caller, "Bench");
  const at = `/v1/projects/${projectId}`;
  const operations = [{ op: "write", path: "src/server.js", content: server }];
  await caller.expect(batchResult, 201, `${at}/batches`, { body: { operations } });
  const published = z.object({ url: z.string() });
  const { url } = await caller.expect(published, 200, `${at}/publish`, { method: "POST", body: {} });
  const body = { email: "grace@example.com", name: "Grace", roles: ["editor"] };
  const { invitationUrl } = await caller.expect(invitedPerson, 201, `${at}/people/public`, { method: "POST", body });
  const { origin } = new URL(url);
  const { pathname, searchParams } = new URL(invitationUrl);
  const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
  const { cookies } = await send(origin + pathname, { method: "POST", headers, body: searchParams.toString() });
  const [cookie = ""] = (cookies[0] ?? "").split(";");
  if (cookie === "") throw new Error("The invitation did not sign in.");
  return { origin, cookie };
}

async function timeOf(address: string, headers: Record<string, string>): Promise<number> {
  const from = performance.now();
  await ask(address, headers);
  return performance.now() - from;
}

/** Prints the time of a request with a user and without, and the difference. The goal is 1 ms at p50. */
export async function benchSignedIn(): Promise<void> {
  const stage = await openTestStack({ variables: { RATE_LIMITS: "off" } });
  try {
    const { origin, cookie } = await publishWithPerson(await newCaller(stage.stack));
    const sides: { times: number[]; headers: Record<string, string> }[] = [
      { times: [], headers: { cookie } },
      { times: [], headers: {} },
    ];
    for (let round = -warmUp; round < rounds; round += 1) {
      // Each side is first in half of the rounds.
      for (const { times, headers } of round % 2 === 0 ? sides : sides.toReversed()) {
        const time = await timeOf(`${origin}/api`, headers);
        if (round >= 0) times.push(time);
      }
    }
    const [signedIn = [], anonymous = []] = sides.map(({ times }) => times);
    const added = signedIn.map((time, round) => time - (anonymous[round] ?? 0));
    const of = (times: number[]) => `p50 ${ms(median(times))}, p95 ${ms(percentile(times, 95))}`;
    console.log(`A request of a signed-in person, ${rounds} rounds in turn`);
    console.log(`with a user: ${of(signedIn)}; without: ${of(anonymous)}; a user adds ${of(added)}`);
  } finally {
    await stage.close();
  }
}
