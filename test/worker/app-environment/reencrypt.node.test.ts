import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { appGrant, appSecret, project } from "../../../drizzle/schema/index.ts";
import { aboutSecret } from "../../../worker/app-environment/about-secret.ts";
import { readAppEnvironment } from "../../../worker/app-environment/read-app-environment.ts";
import { reencryptAppSecrets } from "../../../worker/app-environment/reencrypt-app-secrets.ts";
import { newId } from "../../../worker/contract/index.ts";
import { encrypt, encryptionKeyId } from "../../../worker/crypto/index.ts";
import { type Stage, startStage } from "../webhooks/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage.stop());

async function withSecret(value: string) {
  const caller = await stage.newCaller();
  const projectId = newId("project");
  const { database, config } = caller;
  await database
    .insert(project)
    .values({ id: projectId, ownerId: caller.actor.ownerId, name: "App", space: projectId });
  const place = { projectId, name: "API_KEY", target: "both" as const };
  const sealed = await encrypt(config, value, aboutSecret(place), projectId);
  await database.insert(appSecret).values({ ...place, sealed, sealKey: await encryptionKeyId(config), version: 1 });
  const header = { name: "Authorization", template: "{{API_KEY}} {{OTHER}}" };
  await database
    .insert(appGrant)
    .values({ id: newId("grant"), projectId, host: "api.example.com", header, target: "both" });
  const config2 = {
    ...config,
    authSecret: "another-secret-of-thirty-two-chars",
    authSecretPrevious: config.authSecret,
  };
  const stored = async () => (await database.select().from(appSecret).where(eq(appSecret.projectId, projectId)))[0];
  const secretsBy = async (which: typeof config) =>
    (await readAppEnvironment({ config: which, database }, projectId, "preview")).secrets;
  return { database, projectId, config, config2, stored, secretsBy };
}

it("a secret of an app is encrypted again after AUTH_SECRET was replaced", async () => {
  const { database, config2, stored, secretsBy } = await withSecret("a value");
  const before = await stored();
  expect(await secretsBy(config2), "while the previous one is set").toEqual({ API_KEY: "a value" });
  await reencryptAppSecrets({ config: config2, database });
  expect((await stored())?.sealKey).not.toBe(before?.sealKey);
  expect(await secretsBy({ ...config2, authSecretPrevious: null })).toEqual({ API_KEY: "a value" });
});

it("a secret's ciphertext cannot be used under another name or in another project", async () => {
  const { database, projectId, config, stored, secretsBy } = await withSecret("a value");
  const other = await withSecret("another value");
  const sealed = (await stored())?.sealed ?? "";
  await database.update(appSecret).set({ sealed }).where(eq(appSecret.projectId, other.projectId));
  await expect(other.secretsBy(config)).rejects.toMatchObject({ code: "misconfigured" });
  await database.update(appSecret).set({ name: "OTHER" }).where(eq(appSecret.projectId, projectId));
  await expect(secretsBy(config)).rejects.toMatchObject({ code: "misconfigured" });
});
