import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createApp } from "../../../worker/http/app.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { type Account, appUrl, newAccount } from "../stage/client.ts";
import { withoutMetrics } from "../stage/without-metrics.ts";
import { fromAnywhere, outcomeOf, type Sent, send, stripe } from "../webhooks/sender.ts";

const now = Math.floor(Date.now() / 1_000);
const newId = (prefix: string) => `${prefix}_${crypto.randomUUID().replaceAll("-", "")}`;

const meOf = (ada: Account) => ada.expect<{ id: string; plan: string }>(200, "/v1/me");

/** Creates an account whose plan is read by a token, since a cookie caches it for half a minute. */
async function aCustomer() {
  const ada = await newAccount();
  const { id } = await meOf(ada);
  const program = await ada.token(["projects:read"]);
  const planNow = async () => (await program.expect<{ plan: string }>(200, "/v1/me")).plan;
  return { id, planNow, subscription: newId("sub") };
}

type Told = { id?: string; created?: number; status?: string; plan?: string; price?: string; userId?: string };

const subscriptionEvent = (what: "created" | "updated" | "deleted", subscription: string, told: Told) => {
  const { id = newId("evt"), created = now, status = what === "deleted" ? "canceled" : "active", price } = told;
  const items = { data: price === undefined ? [] : [{ price: { id: newId("price"), lookup_key: price } }] };
  const metadata = { ...(told.userId && { userId: told.userId }), ...(told.plan && { plan: told.plan }) };
  const object = { id: subscription, object: "subscription", status, items, metadata };
  return { id, object: "event", type: `customer.subscription.${what}`, created, data: { object } };
};

async function tell(event: unknown): Promise<boolean> {
  const answer = await send("stripe", stripe(event));
  expect(answer.status).toBe(200);
  return (await answer.json<{ changed: boolean }>()).changed;
}

describe("a subscription", () => {
  it("A subscription sets its account's plan, changes it with the price, and resets it when it ends", async () => {
    const { id: userId, planNow, subscription } = await aCustomer();
    await tell(subscriptionEvent("created", subscription, { userId, plan: "pro" }));
    expect(await planNow()).toBe("pro");
    const updated = { userId, plan: "pro", price: "enterprise", created: now + 1 };
    await tell(subscriptionEvent("updated", subscription, updated));
    expect(await planNow()).toBe("enterprise");
    await tell(subscriptionEvent("deleted", subscription, { userId, plan: "pro", created: now + 2 }));
    expect(await planNow()).toBe("free");
  });

  it.each([
    ["active", "pro"],
    ["trialing", "pro"],
    ["past_due", "pro"],
    ["incomplete", "free"],
    ["unpaid", "free"],
    ["canceled", "free"],
    ["incomplete_expired", "free"],
  ])("A subscription that is %s means the plan %s", async (status, plan) => {
    const { id: userId, planNow, subscription } = await aCustomer();
    expect(await tell(subscriptionEvent("updated", subscription, { userId, price: "pro", status }))).toBe(true);
    expect(await planNow()).toBe(plan);
  });

  it("A subscription's events apply by Stripe's timestamps, not by their arrival", async () => {
    const { id: userId, planNow, subscription } = await aCustomer();
    expect(await tell(subscriptionEvent("deleted", subscription, { userId, created: now + 2 }))).toBe(true);
    expect(
      await tell(subscriptionEvent("updated", subscription, { userId, plan: "enterprise", created: now + 1 })),
    ).toBe(false);
    expect(await tell(subscriptionEvent("created", subscription, { userId, plan: "pro", created: now }))).toBe(false);
    expect(await planNow()).toBe("free");
  });

  it("The end of a subscription does not end the plan of another one, in either order", async () => {
    const { id: userId, planNow, subscription } = await aCustomer();
    const other = newId("sub");
    await tell(subscriptionEvent("created", subscription, { userId, plan: "pro" }));
    await tell(subscriptionEvent("deleted", subscription, { userId, created: now + 9 }));
    await tell(subscriptionEvent("created", other, { userId, plan: "enterprise", created: now + 5 }));
    expect(await planNow()).toBe("enterprise");
    await tell(subscriptionEvent("updated", subscription, { userId, plan: "pro", created: now + 10 }));
    expect(await planNow()).toBe("enterprise");
  });

  it("A subscription of one account cannot be taken over by another", async () => {
    const [ada, eve] = [await aCustomer(), await aCustomer()];
    await tell(subscriptionEvent("created", ada.subscription, { userId: ada.id, plan: "pro" }));
    const taken = { userId: eve.id, plan: "pro", created: now + 1 };
    expect(await tell(subscriptionEvent("updated", ada.subscription, taken))).toBe(false);
    expect([await ada.planNow(), await eve.planNow()]).toEqual(["pro", "free"]);
  });
});

describe("an event of Stripe", () => {
  it("An event counts once, also when others of the same second arrive in between", async () => {
    const { id: userId, planNow, subscription } = await aCustomer();
    const first = subscriptionEvent("created", subscription, { userId, plan: "pro" });
    expect(await tell(first)).toBe(true);
    await tell(subscriptionEvent("updated", subscription, { userId, plan: "enterprise" }));
    expect(await tell(first)).toBe(true);
    expect(await planNow()).toBe("enterprise");
  });

  it("An event sent twenty times concurrently gets the same response each time", async () => {
    const { id: userId, planNow, subscription } = await aCustomer();
    const event = subscriptionEvent("created", subscription, { userId, plan: "pro" });
    const told = await Promise.all(Array.from({ length: 20 }, () => tell(event)));
    expect(told).toEqual(Array(20).fill(true));
    expect(await planNow()).toBe("pro");
  });

  it.each([
    ["paid", "pro"],
    ["no_payment_required", "pro"],
    ["unpaid", "free"],
  ])("A checkout that is %s leaves the plan %s", async (payment_status, plan) => {
    const { id, planNow, subscription } = await aCustomer();
    const object = {
      id: newId("cs"),
      payment_status,
      client_reference_id: id,
      subscription,
      metadata: { plan: "pro" },
    };
    const event = { id: newId("evt"), type: "checkout.session.completed", created: now, data: { object } };
    expect(await tell(event)).toBe(plan === "pro");
    expect(await planNow()).toBe(plan);
  });

  it("An event without an account of ours changes nothing", async () => {
    const { id: userId, planNow, subscription } = await aCustomer();
    for (const event of [
      subscriptionEvent("created", subscription, { plan: "pro" }),
      subscriptionEvent("created", subscription, { plan: "pro", userId: "usr_none" }),
      { ...subscriptionEvent("created", subscription, { plan: "pro", userId }), type: "invoice.paid" },
      { ...subscriptionEvent("created", subscription, { plan: "pro", userId }), id: "no id; of theirs" },
      { id: newId("evt"), type: "customer.subscription.created", created: now, data: { object: null } },
      [],
      "text",
      null,
    ]) {
      expect(await tell(event)).toBe(false);
    }
    expect(await planNow()).toBe("free");
  });

  it("An event for an unknown plan changes nothing", async () => {
    const { id: userId, planNow, subscription } = await aCustomer();
    await tell(subscriptionEvent("created", subscription, { userId, plan: "constructor", price: "gold" }));
    expect(await planNow()).toBe("free");
  });
});

describe("a request that is not from Stripe", () => {
  const event = { id: "evt_1", type: "invoice.paid", created: now, data: { object: {} } };
  const good = stripe(event);
  const signed = (signature: string): Sent => ({ ...good, headers: { "Stripe-Signature": signature } });
  const [t = "", v1 = ""] = (good.headers["Stripe-Signature"] ?? "").split(",");

  it.each<[string, Sent]>([
    ["another secret", stripe(event, { secret: "whsec_other" })],
    ["a changed byte", { ...good, body: good.body.replace("evt_1", "evt_2") }],
    ["an old moment", stripe(event, { at: Date.now() - 10 * 60_000 })],
    ["a moment to come", stripe(event, { at: Date.now() + 10 * 60_000 })],
    ["another moment", signed(`t=${now - 60},${v1}`)],
    ["no moment", signed(v1)],
    ["no signature", signed(t)],
    ["another scheme", signed(`${t},${v1.replace("v1", "v0")}`)],
    ["no header", { ...good, headers: {} }],
  ])("A request without Stripe's signature is refused: %s", async (_, sent) => {
    expect(await outcomeOf(await send("stripe", sent))).toBe("401 invalid_signature");
  });

  it("A request without Stripe's signature counts against its address, and a signed request does not", async () => {
    const here = fromAnywhere();
    const forged = stripe(event, { secret: "whsec_other" });
    const outcomes = await Promise.all(
      Array.from({ length: 61 }, async () => outcomeOf(await send("stripe", forged, here))),
    );
    expect(outcomes.filter((one) => one === "429 rate_limited")).toHaveLength(1);
    expect((await send("stripe", stripe(event), here)).status).toBe(200);
  });

  it("A valid signature is accepted beside invalid ones", async () => {
    expect((await send("stripe", signed(`${t},v1=${"0".repeat(64)},${v1},v0=abc`))).status).toBe(200);
  });
});

describe("without STRIPE_WEBHOOK_SECRET", () => {
  it("The route of Stripe is a 404 without STRIPE_WEBHOOK_SECRET", async () => {
    withoutMetrics();
    const context = createExecutionContext();
    const { STRIPE_WEBHOOK_SECRET: _, ...without } = env as unknown as Record<string, unknown>;
    const { headers, body } = stripe({ id: "evt_1" });
    const request = new Request(`${appUrl}/v1/in/stripe`, {
      method: "POST",
      body,
      headers: { ...headers, "Content-Type": "application/json" },
    });
    const answer = await createApp().fetch(request, without as unknown as Env, context);
    await waitOnExecutionContext(context);
    expect(await outcomeOf(answer)).toBe("404 not_found");
  });
});
