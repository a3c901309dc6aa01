import { and, eq, notLike } from "drizzle-orm";
import { twoFactor } from "../../drizzle/schema/index.ts";
import type { Config } from "../config/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { messageOf } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { secretVersion, versionedSecrets } from "./versioned-secrets.ts";

const batchSize = 100;

type Dependencies = { config: Config; database: Database };

/**
 * Encrypts second factors with AUTH_SECRET when they are encrypted with the secret before it, so that
 * AUTH_SECRET_PREVIOUS can be removed. Leaves and logs one that neither decrypts.
 */
export async function reencryptSecondFactors({ config, database }: Dependencies): Promise<void> {
  if (config.authSecretPrevious === null) return;
  const { symmetricDecrypt, symmetricEncrypt } = await import("./better-auth.ts");
  const currentVersion = secretVersion(config.authSecret);
  const key = { keys: new Map(versionedSecrets(config).map(({ version, value }) => [version, value])), currentVersion };
  const rows = await executeIdempotent(
    database
      .select({ id: twoFactor.id, secret: twoFactor.secret, backupCodes: twoFactor.backupCodes })
      .from(twoFactor)
      .where(notLike(twoFactor.secret, `$ba$${currentVersion}$%`))
      .limit(batchSize),
  );
  const again = async (data: string) => symmetricEncrypt({ key, data: await symmetricDecrypt({ key, data }) });
  for (const { id, secret, backupCodes } of rows) {
    try {
      const fresh = { secret: await again(secret), backupCodes: await again(backupCodes) };
      // A code that is used meanwhile changes the row, which the next sweep then encrypts.
      const isSame = and(eq(twoFactor.id, id), eq(twoFactor.secret, secret), eq(twoFactor.backupCodes, backupCodes));
      await executeIdempotent(database.update(twoFactor).set(fresh).where(isSame));
    } catch (error) {
      log(config.logLevel, "error", { event: "secrets.unreadable", of: "second factors", id, error: messageOf(error) });
    }
  }
}
