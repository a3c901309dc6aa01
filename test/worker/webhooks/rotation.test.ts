import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { webhook } from "../../../drizzle/schema/index.ts";
import type { Context } from "../../../worker/accounts/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { decrypt } from "../../../worker/crypto/index.ts";
import { leaseDue, settle } from "../../../worker/webhooks/delivery-leases.ts";
import { createWebhook, rotateSecret, testWebhook } from "../../../worker/webhooks/index.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

const input = { url: "https://example.com/hook", events: ["run.completed" as const] };

/** @returns the secrets that sign the webhook's next delivery */
async function secretsOf(caller: Context, id: string): Promise<string[]> {
  await testWebhook(caller, id);
  const due = (await leaseDue(stage.database, { count: 1_000, probes: 1_000 })).find(
    ({ webhookId }) => webhookId === id,
  );
  if (due) await settle(stage.database, due, { kind: "succeeded", responseStatus: 200 });
  return Promise.all((due?.sealedSecrets ?? []).map((sealed) => decrypt(caller.config, sealed, id)));
}

describe("a rotation", () => {
  it("A new secret signs alone at once, unless the old one has an overlap", async () => {
    const caller = await stage.newCaller();
    const { id, secret } = await createWebhook(caller, input);
    const second = await rotateSecret(caller, { id, overlapSeconds: 60 });
    expect(second).toMatchObject({ id, url: input.url });
    expect(second.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await secretsOf(caller, id)).toEqual([second.secret, secret]);
    const third = await rotateSecret(caller, { id, endPrevious: true });
    expect(new Set([secret, second.secret, third.secret]).size).toBe(3);
    expect(await secretsOf(caller, id)).toEqual([third.secret]);
  });

  it("A new secret signs beside every earlier one whose overlap has not ended", async () => {
    const caller = await stage.newCaller();
    const { id, secret } = await createWebhook(caller, input);
    const second = await rotateSecret(caller, { id, overlapSeconds: 3_600 });
    const third = await rotateSecret(caller, { id, overlapSeconds: 60 });
    expect(await secretsOf(caller, id)).toEqual([third.secret, second.secret, secret]);
    const fourth = await rotateSecret(caller, { id, overlapSeconds: 0 });
    expect(await secretsOf(caller, id)).toEqual([fourth.secret, second.secret, secret]);
  });

  it("Concurrent rotations keep each other's secrets", async () => {
    const caller = await stage.newCaller();
    const { id, secret } = await createWebhook(caller, input);
    const made = await Promise.all(Array.from({ length: 4 }, () => rotateSecret(caller, { id, overlapSeconds: 60 })));
    const good = await secretsOf(caller, id);
    expect(good).toHaveLength(5);
    expect(good).toContain(secret);
    for (const one of made) expect(good).toContain(one.secret);
  });

  it("A rotation is refused while ten secrets are valid", async () => {
    const caller = await stage.newCaller();
    const { id } = await createWebhook(caller, input);
    for (let count = 0; count < 9; count += 1) await rotateSecret(caller, { id, overlapSeconds: 60 });
    const refused = rotateSecret(caller, { id, overlapSeconds: 60 });
    await expect(refused).rejects.toMatchObject({ code: "limit_reached" });
    expect(await secretsOf(caller, id)).toHaveLength(10);
    const { secret } = await rotateSecret(caller, { id, endPrevious: true });
    expect(await secretsOf(caller, id)).toEqual([secret]);
  });

  it("A new secret signs alone when the old one's overlap has ended", async () => {
    const caller = await stage.newCaller();
    const { id } = await createWebhook(caller, input);
    const { secret } = await rotateSecret(caller, { id, overlapSeconds: 60 });
    await stage.database
      .update(webhook)
      .set({ previousSecrets: [{ sealed: "-", until: new Date(Date.now() - 1).toISOString() }] })
      .where(eq(webhook.id, id));
    expect(await secretsOf(caller, id)).toEqual([secret]);
  });

  it("A rotation under the same operation returns the same secret", async () => {
    const caller = await stage.newCaller();
    const { id } = await createWebhook(caller, input);
    const opId = newId("operation");
    const rotation = { id, overlapSeconds: 60 };
    expect(await rotateSecret(caller, rotation, opId)).toEqual(await rotateSecret(caller, rotation, opId));
  });
});
