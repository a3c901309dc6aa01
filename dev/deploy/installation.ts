import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { ROOT } from "../supervisor/content-hash.ts";
import type { EnvironmentName } from "./environments.ts";

/** Names in wrangler.toml that are examples: nobody owns them. */
const EXAMPLE = /\.example$/;

const configSchema = z.looseObject({
  name: z.string(),
  env: z.record(z.string(), z.unknown()).default({}),
});

const environmentSchema = z.looseObject({
  name: z.string(),
  vars: z.looseObject({ APP_URL: z.url().optional(), PREVIEW_DOMAIN: z.string().optional() }).optional(),
  queues: z.looseObject({ producers: z.array(z.looseObject({ queue: z.string() })).optional() }).optional(),
  r2_buckets: z.array(z.looseObject({ bucket_name: z.string() })).optional(),
});

/** Names that an installation uses, by the configuration files of both Workers. */
export type Installation = {
  environment: EnvironmentName;
  /** The API Worker's name. */
  worker: string;
  appUrl: string;
  previewDomain: string;
  queues: string[];
  buckets: string[];
};

/**
 * Reads the names of an environment of this installation.
 * @throws Error when the two configuration files name different addresses
 */
export function readInstallation(root = ROOT, environment: EnvironmentName = "production"): Installation {
  const [api, preview] = ["wrangler.toml", "preview/wrangler.toml"].map((file) => {
    const { env } = configSchema.parse(parse(readFileSync(join(root, file), "utf8")));
    return environmentSchema.parse(env[environment]);
  });
  const appUrl = api?.vars?.APP_URL ?? "";
  const previewDomain = api?.vars?.PREVIEW_DOMAIN ?? "";
  if (appUrl !== preview?.vars?.APP_URL || previewDomain !== preview?.vars?.PREVIEW_DOMAIN) {
    throw new Error("wrangler.toml and preview/wrangler.toml have different values of APP_URL or PREVIEW_DOMAIN.");
  }
  const both = [api, preview];
  return {
    environment,
    worker: api?.name ?? "",
    appUrl,
    previewDomain,
    queues: unique(both.flatMap((one) => one?.queues?.producers ?? []).map(({ queue }) => queue)),
    buckets: unique(both.flatMap((one) => one?.r2_buckets ?? []).map(({ bucket_name: name }) => name)),
  };
}

const unique = (names: string[]): string[] => [...new Set(names)];

/** Whether a host name is one of the examples in the repository's own configuration. */
export const isExample = (host: string): boolean => EXAMPLE.test(host);
