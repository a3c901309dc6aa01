// Settings of the deployment that must not be lost by accident.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";
import { shareSite } from "../../../worker/config/sites.ts";

const read = (path: string): string => readFileSync(fileURLToPath(import.meta.resolve(`../../../${path}`)), "utf8");

/** @returns the value of a key in the file, unparsed */
const settingOf = (toml: string, key: string): string => new RegExp(`^${key} = (.+)$`, "m").exec(toml)?.[1] ?? "";
const textOf = (toml: string, key: string): string => settingOf(toml, key).slice(1, -1);

describe.each(["wrangler.toml", "preview/wrangler.toml"])("%s", (path) => {
  const toml = read(path);

  it("The Worker's compatibility flags keep fetch from private addresses and its own zone", () => {
    expect(JSON.parse(settingOf(toml, "compatibility_flags"))).toContain("global_fetch_strictly_public");
  });

  it("The Worker has no URL other than its routes", () => {
    expect([settingOf(toml, "workers_dev"), settingOf(toml, "preview_urls")]).toEqual(["false", "false"]);
  });

  it("The example domains have two different registrable domains", () => {
    expect(shareSite(new URL(textOf(toml, "APP_URL")).hostname, textOf(toml, "PREVIEW_DOMAIN"))).toBe(false);
  });
});

it("The two Workers have the same app URL and preview domain", () => {
  const [api, preview] = [read("wrangler.toml"), read("preview/wrangler.toml")];
  for (const key of ["APP_URL", "PREVIEW_DOMAIN"]) expect(settingOf(api, key)).toBe(settingOf(preview, key));
});

const environments = ["production", "preview"] as const;
const configs = ["wrangler.toml", "preview/wrangler.toml", "preview/types/wrangler.toml"];
const queue = z.object({ binding: z.string(), queue: z.string() });
const consumer = z.object({ max_retries: z.number(), max_batch_size: z.number() });
const service = z.object({ binding: z.string(), service: z.string(), entrypoint: z.string() });
const normalized = z.object({
  name: z.string(),
  durable_objects: z.object({ bindings: z.array(z.object({ name: z.string(), class_name: z.string() })) }),
  services: z.array(service).optional(),
  queues: z.object({ producers: z.array(queue).optional(), consumers: z.array(consumer).optional() }),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string() })),
  worker_loaders: z.array(z.object({ binding: z.string() })),
  vars: z.record(z.string(), z.string()),
  version_metadata: z.object({ binding: z.string() }).optional(),
  migrations: z.array(z.unknown()),
  triggers: z.object({ crons: z.array(z.string()).optional() }),
  compatibility_flags: z.array(z.string()),
});
/** A configuration as wrangler understands it; without an environment the local one. */
const readFor = (path: string, env?: string) =>
  normalized.parse(
    unstable_readConfig({ config: fileURLToPath(import.meta.resolve(`../../../${path}`)), ...(env && { env }) }),
  );

/** The names of a Worker's bindings and variables, which wrangler inherits from nowhere. */
const bindingsOf = (config: ReturnType<typeof readFor>) => ({
  objects: config.durable_objects.bindings.map(({ name }) => name),
  services: config.services?.map(({ binding, entrypoint }) => [binding, entrypoint]),
  queues: config.queues.producers?.map(({ binding }) => binding),
  consumers: config.queues.consumers?.map(({ max_retries: retries, max_batch_size: size }) => [retries, size]),
  buckets: config.r2_buckets.map(({ binding }) => binding),
  loaders: config.worker_loaders.map(({ binding }) => binding),
  variables: Object.keys(config.vars).filter((name) => name !== "ENVIRONMENT"),
  version: config.version_metadata?.binding,
  migrations: config.migrations,
  crons: config.triggers.crons,
  flags: config.compatibility_flags,
});

describe.each(environments)("the environment %s", (environment) => {
  it.each(configs)("A deployed environment has every binding of the local one: %s", (path) => {
    expect(bindingsOf(readFor(path, environment))).toEqual(bindingsOf(readFor(path)));
  });

  it("The Workers of an environment call each other and no others", () => {
    const [api, preview, types] = configs.map((path) => readFor(path, environment));
    expect(api?.services?.map((one) => one.service)).toEqual([preview?.name]);
    expect(preview?.services?.map((one) => one.service)).toEqual([api?.name, types?.name]);
    const pages = parse(read("frontend/wrangler.toml"));
    expect(pages).toMatchObject({ env: { [environment]: { services: [{ binding: "API", service: api?.name }] } } });
  });
});

it("The environments share no Worker, queue, bucket or address", () => {
  const namesOf = (environment: string) =>
    configs.flatMap((path) => {
      const { name, queues, r2_buckets: buckets, vars } = readFor(path, environment);
      const used = [
        queues.producers?.map((producer) => producer.queue),
        buckets.map((bucket) => bucket.bucket_name),
      ].flat();
      return [name, ...used, vars.APP_URL, vars.PREVIEW_DOMAIN].filter((one) => one !== undefined);
    });
  const [production, preview] = environments.map((environment) => new Set(namesOf(environment)));
  expect([...(production ?? [])].filter((name) => preview?.has(name))).toEqual([]);
});
