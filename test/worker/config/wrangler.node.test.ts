// Settings of the deployment that must not be lost by accident.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
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
