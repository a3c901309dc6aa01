import { trigger, webhook } from "../../drizzle/schema/index.ts";
import type { Config } from "../config/index.ts";
import { decrypt, encrypt, encryptionKeyId } from "../crypto/index.ts";
import { type Database, executeIdempotent } from "../database/index.ts";
import { isAppError } from "../errors.ts";
import { log } from "../monitoring/index.ts";
import {
  type SealedRow,
  type Secured,
  selectEncryptedWithOtherKey,
  unexpired,
  updateEncrypted,
} from "./secrets-store.ts";

const batchSize = 100;
/** The maximum number of batches per table and sweep; the next sweep continues. */
const maxBatches = 50;

type Dependencies = { config: Config; database: Database };

/**
 * Encrypts the secrets of webhooks and triggers with AUTH_SECRET when they are encrypted with another key, so that
 * AUTH_SECRET_PREVIOUS can be removed. Leaves and logs a secret that neither key decrypts.
 */
export async function reencryptSecrets(dependencies: Dependencies): Promise<void> {
  const sealKey = await encryptionKeyId(dependencies.config);
  for (const [name, table] of [["webhooks", webhook] as const, ["triggers", trigger] as const]) {
    const { resealed, unreadable } = await reencryptTable(dependencies, table, sealKey);
    if (resealed > 0)
      log(dependencies.config.logLevel, "info", { event: "secrets.resealed", of: name, count: resealed });
    if (unreadable > 0)
      log(dependencies.config.logLevel, "error", { event: "secrets.unreadable", of: name, count: unreadable });
  }
}

async function reencryptTable(dependencies: Dependencies, table: Secured, sealKey: string) {
  const counts = { resealed: 0, unreadable: 0 };
  for (let [batch, after] = [0, ""]; batch < maxBatches; batch += 1) {
    const { rows } = await executeIdempotent(
      selectEncryptedWithOtherKey(dependencies.database, table, sealKey, after, batchSize),
    );
    for (const row of rows) {
      const fresh = await reencryptRow(dependencies.config, row);
      if (fresh) await executeIdempotent(updateEncrypted(dependencies.database, table, sealKey, row, fresh));
      counts[fresh ? "resealed" : "unreadable"] += 1;
    }
    after = rows.at(-1)?.id ?? after;
    if (rows.length < batchSize) break;
  }
  return counts;
}

/** @returns a row with its secrets encrypted again; null when one of them cannot be decrypted */
async function reencryptRow(
  config: Config,
  { id, sealedSecret, previousSecrets }: SealedRow,
): Promise<SealedRow | null> {
  const again = async (sealed: string) => encrypt(config, await decrypt(config, sealed, id), id);
  try {
    const good = unexpired(previousSecrets).map(async ({ sealed, until }) => ({ sealed: await again(sealed), until }));
    return { id, sealedSecret: await again(sealedSecret), previousSecrets: await Promise.all(good) };
  } catch (error) {
    if (isAppError(error, "misconfigured")) return null;
    throw error;
  }
}
