import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { project, trigger, webhook } from "../../../drizzle/schema/index.ts";
import { newId } from "../../../worker/contract/index.ts";
import { decrypt, encrypt } from "../../../worker/crypto/index.ts";
import { createTrigger, createWebhook, reencryptSecrets, rotateSecret } from "../../../worker/webhooks/index.ts";
import { configOf, type Stage, startStage } from "../webhooks/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

const config = { ...configOf(), logLevel: "silent" as const };
const rotating = { ...config, authSecret: "another-secret-of-thirty-two-chars", authSecretPrevious: config.authSecret };
const rotated = { ...rotating, authSecretPrevious: null };

const input = { url: "https://example.com/hook", events: ["run.completed" as const] };

/** @returns the secrets of a row, the newest first, as this configuration decrypts them */
async function opened(keeper: typeof rotated, table: typeof webhook | typeof trigger, id: string): Promise<string[]> {
  const [row] = await stage.database
    .select({ sealed: table.sealedSecret, previous: table.previousSecrets })
    .from(table)
    .where(eq(table.id, id));
  const all = row ? [row.sealed, ...row.previous.map(({ sealed }) => sealed)] : [];
  return Promise.all(all.map((sealed) => decrypt(keeper, sealed, id)));
}

describe("secrets encrypted with the previous AUTH_SECRET", () => {
  it("A secret encrypted with the previous AUTH_SECRET is decrypted while AUTH_SECRET_PREVIOUS is set, and not without it", async () => {
    const sealed = await encrypt(config, "a secret", "whk_1");
    expect(await decrypt(rotating, sealed, "whk_1")).toBe("a secret");
    await expect(decrypt(rotated, sealed, "whk_1")).rejects.toMatchObject({ code: "misconfigured" });
    await expect(decrypt(rotating, sealed, "whk_2")).rejects.toMatchObject({ code: "misconfigured" });
  });

  it("The sweep encrypts the secrets of webhooks and triggers again, including previous ones in their overlap", async () => {
    const caller = await stage.newCaller(config);
    const { database } = stage;
    const projectId = newId("project");
    await database
      .insert(project)
      .values({ id: projectId, ownerId: caller.actor.ownerId, name: "x", space: projectId });
    const first = await createWebhook(caller, input);
    const second = await rotateSecret(caller, { id: first.id, overlapSeconds: 600 });
    // After a change of AUTH_SECRET: the newest secret is encrypted with the new one, the others still with the old
    // one.
    const third = await rotateSecret({ ...caller, config: rotating }, { id: first.id, overlapSeconds: 600 });
    const made = await createTrigger(caller, { projectId, kind: "github", prompt: "Hello" });
    await expect(opened(rotated, webhook, first.id)).rejects.toMatchObject({ code: "misconfigured" });

    await reencryptSecrets({ config: rotating, database });
    expect(await opened(rotated, webhook, first.id)).toEqual([third.secret, second.secret, first.secret]);
    expect(await opened(rotated, trigger, made.id)).toEqual([made.secret]);
    const [row] = await database.select().from(webhook).where(eq(webhook.id, first.id));
    await reencryptSecrets({ config: rotating, database });
    const [again] = await database.select().from(webhook).where(eq(webhook.id, first.id));
    expect(again?.sealedSecret).toBe(row?.sealedSecret);
  });

  it("The sweep leaves secrets that neither AUTH_SECRET decrypts, and continues", async () => {
    const { actor } = await stage.newCaller(config);
    const { database } = stage;
    const secured = async (place: number) => {
      const id = newId("webhook");
      const isLost = place % 100 === 0;
      const sealedSecret = isLost ? "1.lost.lost" : await encrypt(config, `secret ${place}`, id);
      return { ...input, id, ownerId: actor.ownerId, sealedSecret };
    };
    const rows = await Promise.all(Array.from({ length: 250 }, (_, place) => secured(place)));
    await database.insert(webhook).values(rows);
    await reencryptSecrets({ config: rotating, database });
    const stored = await database.select().from(webhook).where(eq(webhook.ownerId, actor.ownerId));
    const readable = await Promise.all(
      stored.map(({ id, sealedSecret }) => decrypt(rotated, sealedSecret, id).catch(() => "lost")),
    );
    expect(readable.filter((secret) => secret === "lost")).toHaveLength(3);
    expect(new Set(readable)).toContain("secret 249");
    expect(stored.filter(({ sealedSecret }) => sealedSecret === "1.lost.lost")).toHaveLength(3);
  });
});
