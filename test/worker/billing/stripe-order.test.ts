import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { user } from "../../../drizzle/schema/index.ts";
import { changePlan, parsePaidPlan } from "../../../worker/billing/index.ts";
import { configOf, type Stage, startStage } from "../webhooks/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

type Kind = "created" | "updated" | "deleted" | "checkout";
type Told = { kind: Kind; second: number; status: string; plan: "pro" | "enterprise" };

const told = fc.record<Told>({
  kind: fc.constantFrom("created", "updated", "updated", "deleted", "checkout"),
  // A small range, so that many events share a second.
  second: fc.integer({ min: 0, max: 2 }),
  status: fc.constantFrom("incomplete", "active", "past_due", "unpaid"),
  plan: fc.constantFrom("pro", "enterprise"),
});

const start = 1_790_000_000;

function eventOf({ kind, second, status, plan }: Told, number: number, userId: string) {
  const about = { id: `evt_${userId}_${number}`, created: start + second };
  const metadata = { userId, plan };
  if (kind === "checkout") {
    const object = { id: "cs_1", payment_status: "paid", subscription: `sub_${userId}`, metadata };
    return { ...about, type: "checkout.session.completed", data: { object } };
  }
  return {
    ...about,
    type: `customer.subscription.${kind}`,
    data: { object: { id: `sub_${userId}`, status, metadata } },
  };
}

const order: Kind[] = ["created", "checkout", "updated", "deleted"];
const plans = ["free", "pro", "enterprise"];

/** @returns the plan that an event of the subscription pays for */
const planOf = ({ kind, status, plan }: Told): string =>
  kind === "deleted" || (kind !== "checkout" && !["active", "past_due"].includes(status)) ? "free" : plan;

/** @returns the expected final plan: no event follows `deleted`; otherwise the last one by second, kind and plan */
function expectedPlan(events: Told[]): string {
  if (events.some(({ kind }) => kind === "deleted")) return "free";
  const last = events.toSorted(
    (one, other) =>
      one.second - other.second ||
      order.indexOf(one.kind) - order.indexOf(other.kind) ||
      plans.indexOf(planOf(one)) - plans.indexOf(planOf(other)),
  );
  const word = last.at(-1);
  return word ? planOf(word) : "free";
}

/**
 * Sends events of one subscription to a new account in this order.
 * @returns the final plan
 */
async function planAfter(events: Told[], sequence: number[]): Promise<string> {
  const { database } = stage;
  const userId = await stage.newOwner();
  for (const at of sequence) {
    const one = events[at];
    const paid = one && parsePaidPlan(eventOf(one, at, userId));
    if (paid) await changePlan({ config: configOf(), database }, paid);
  }
  const [row] = await database.select({ plan: user.plan }).from(user).where(eq(user.id, userId));
  return row?.plan ?? "none";
}

describe("the events of a Stripe subscription", () => {
  it("The events of a subscription lead to the same plan in every order and with repetitions", async () => {
    const history = fc.array(told, { minLength: 1, maxLength: 5 }).chain((events) => {
      const all = events.map((_, at) => at);
      const repeats = fc.array(fc.constantFrom(...all), { maxLength: 3 });
      const sequence = repeats.chain((more) => {
        const sent = [...all, ...more];
        return fc.shuffledSubarray(sent, { minLength: sent.length });
      });
      return fc.tuple(fc.constant(events), sequence);
    });
    await fc.assert(
      fc.asyncProperty(history, async ([events, sequence]) => {
        expect(await planAfter(events, sequence)).toBe(expectedPlan(events));
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  it("The event `created` does not change the plan when it follows `updated` of the same second", async () => {
    const events: Told[] = [
      { kind: "updated", second: 0, status: "active", plan: "pro" },
      { kind: "created", second: 0, status: "incomplete", plan: "pro" },
    ];
    expect(await planAfter(events, [0, 1])).toBe("pro");
  });

  it("An event after `deleted` restores no plan, whatever its second", async () => {
    const events: Told[] = [
      { kind: "created", second: 0, status: "active", plan: "pro" },
      { kind: "deleted", second: 0, status: "canceled", plan: "pro" },
      { kind: "updated", second: 2, status: "active", plan: "enterprise" },
    ];
    expect(await planAfter(events, [0, 1, 2])).toBe("free");
  });
});
