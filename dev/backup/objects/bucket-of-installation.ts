import type { EnvironmentName } from "../../deploy/environments.ts";
import { readInstallation } from "../../deploy/installation.ts";
import { ROOT } from "../../supervisor/content-hash.ts";
import { type Bucket, openBucket } from "./bucket.ts";

/**
 * Opens the bucket of apps' files with R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY. R2_BUCKET replaces the bucket of
 * preview/wrangler.toml, and R2_ENDPOINT replaces Cloudflare's server.
 * @returns null without these credentials
 * @throws Error with a message for the operator when a variable is missing beside them
 */
export function bucketOf(variables: NodeJS.ProcessEnv, environment: EnvironmentName): Bucket | null {
  const { R2_ACCESS_KEY_ID: accessKeyId, R2_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  if (!accessKeyId && !secretAccessKey) return null;
  if (!accessKeyId || !secretAccessKey) throw new Error("Set both R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY.");
  const account = variables.CLOUDFLARE_ACCOUNT_ID;
  const endpoint = variables.R2_ENDPOINT || (account ? `https://${account}.r2.cloudflarestorage.com` : "");
  if (endpoint === "") throw new Error("Set CLOUDFLARE_ACCOUNT_ID, or R2_ENDPOINT.");
  return openBucket({ endpoint, bucket: variables.R2_BUCKET || onlyBucket(environment), accessKeyId, secretAccessKey });
}

function onlyBucket(environment: EnvironmentName): string {
  const { buckets } = readInstallation(ROOT, environment);
  const [bucket] = buckets;
  if (bucket === undefined || buckets.length > 1) {
    throw new Error(`Name the bucket by R2_BUCKET: this installation has ${buckets.join(", ") || "none"}.`);
  }
  return bucket;
}
