// One attacker at one IP address guesses the passwords of four people, who meanwhile sign in from their own addresses.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Caller, callerWith } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";

const password = "correct horse battery";
/** Three times the number of attempts that one address may make in a quarter of an hour. */
const tries = 60;
/** The number of started rounds. Each uses its own network, since the limits of earlier rounds stay used up. */
let networks = 0;

let testStack: TestStack;
let anonymous: Caller;

beforeAll(async () => {
  testStack = await openTestStack({ variables: { RATE_LIMITS: "on" } });
  anonymous = callerWith(testStack.stack.appUrl, testStack.stack.port, { Origin: testStack.stack.appUrl }, "");
});

afterAll(() => testStack.close());

const from = (address: string) => ({ "CF-Connecting-IP": address });

async function victim(address: string): Promise<{ email: string; address: string }> {
  const email = `${crypto.randomUUID()}@example.com`;
  const body = { name: "Ada", email, password };
  const answer = await anonymous.request("/v1/auth/sign-up/email", { body, headers: from(address) });
  expect(answer.status).toBe(200);
  return { email, address };
}

async function signIn(email: string, guess: string, address: string): Promise<number> {
  const answer = await anonymous.request("/v1/auth/sign-in/email", {
    body: { email, password: guess },
    headers: from(address),
  });
  await answer.arrayBuffer();
  return answer.status;
}

it("an attacker is locked out and nobody else: every victim signs in during the attack and after it", async () => {
  const random = randomOf(seedOf("sign-in"));
  for (let round = 0; round < roundsOf(3); round += 1) {
    const network = `198.18.${networks}`;
    networks += 1;
    const [first, ...rest] = [
      await victim(`${network}.1`),
      await victim(`${network}.2`),
      await victim(`${network}.3`),
      await victim(`${network}.4`),
    ];
    const statuses = new Map<number, number>();
    for (let n = 0; n < tries; n += 1) {
      const target = random.pick([first, ...rest]);
      const status = await signIn(target.email, `guess ${n}`, `${network}.66`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (n % 20 !== 10) continue;
      const someone = random.pick([first, ...rest]);
      expect(await signIn(someone.email, password, someone.address)).toBe(200);
    }
    expect([...statuses.keys()].sort()).toEqual([401, 429]);
    // The server checked at most this many attempts from one address.
    expect(statuses.get(401)).toBeLessThanOrEqual(20);
    for (const { email, address } of [first, ...rest]) {
      expect(await signIn(email, password, address)).toBe(200);
      // Signing in from an address that is new to the account works too.
      expect(await signIn(email, password, address.replace("198.18.", "198.19."))).toBe(200);
    }
  }
});
