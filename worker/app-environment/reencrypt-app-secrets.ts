import type { Config } from "../config/index.ts";
import { decrypt, encrypt, encryptionKeyId } from "../crypto/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { isAppError } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import { aboutSecret } from "./about-secret.ts";
import { type SealedSecret, selectSealedWithOtherKey, updateSealed } from "./read-store.ts";

const batchSize = 100;
/** The maximum number of batches per sweep; the next sweep continues. */
const maxBatches = 50;

/**
 * Encrypts the secrets of apps with AUTH_SECRET when they are encrypted with another key, so that AUTH_SECRET_PREVIOUS
 * can be removed. Leaves and logs a secret that neither key decrypts.
 */
export async function reencryptAppSecrets({ config, database }: { config: Config; database: Database }): Promise<void> {
  const sealKey = await encryptionKeyId(config);
  let unreadable = 0;
  for (let batch = 0; batch < maxBatches; batch += 1) {
    // Unreadable secrets stay in front of the rest, so the offset skips them.
    const { rows } = await executeIdempotent(selectSealedWithOtherKey(database, sealKey, batchSize, unreadable));
    for (const row of rows) {
      const sealed = await sealedAgain(config, row);
      if (sealed === null) unreadable += 1;
      else await executeIdempotent(updateSealed(database, row, { sealed, sealKey }));
    }
    if (rows.length < batchSize) break;
  }
  if (unreadable > 0)
    log(config.logLevel, "error", { event: "secrets.unreadable", of: "app secrets", count: unreadable });
}

async function sealedAgain(config: Config, row: SealedSecret): Promise<string | null> {
  try {
    const value = await decrypt(config, row.sealed, aboutSecret(row), row.projectId);
    return await encrypt(config, value, aboutSecret(row), row.projectId);
  } catch (error) {
    if (isAppError(error, "misconfigured")) return null;
    throw error;
  }
}
