import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";

type Section = Record<string, unknown>;

/** Keys whose value applies to every environment, or that each environment sets itself. */
const inherited = new Set([
  "alias",
  "compatibility_date",
  "compatibility_flags",
  "env",
  "keep_names",
  "main",
  "migrations",
  "minify",
  "name",
  "no_bundle",
  "observability",
  "pages_build_output_dir",
  "preview_urls",
  "rules",
  "triggers",
  "upload_source_maps",
  "workers_dev",
]);

/** Returns the names of a configuration's bindings and variables: `durable_objects.SESSIONS`, `vars.APP_URL`. */
function bindingsOf(section: Section): string[] {
  const listed = (key: string, value: unknown): string[] => {
    if (Array.isArray(value)) return value.map((one: Section) => `${key}.${one.binding ?? one.name ?? "?"}`);
    const table = value as Section;
    if (key === "vars") return Object.keys(table).map((name) => `vars.${name}`);
    if (table.binding !== undefined) return [`${key}.${table.binding}`];
    return Object.values(table).flatMap((one) => listed(key, one));
  };
  return Object.entries(section)
    .filter(([key]) => !inherited.has(key))
    .flatMap(([key, value]) => listed(key, value))
    .sort();
}

// A wrangler environment inherits no binding, so a missing binding would only show in the deployment.
describe.each(["wrangler.toml", "preview/wrangler.toml", "preview/types/wrangler.toml", "frontend/wrangler.toml"])(
  "%s",
  (file) => {
    const { env = {}, ...top } = parse(readFileSync(join(import.meta.dirname, "../..", file), "utf8"));

    it.each(Object.entries(env as Record<string, Section>))(
      "The environment %s has every binding and variable of the top level",
      (_name, section) => {
        expect(bindingsOf(section)).toEqual(expect.arrayContaining(bindingsOf(top)));
      },
    );

    it("The configuration has the environments production and preview", () => {
      expect(Object.keys(env).sort()).toEqual(["preview", "production"]);
    });
  },
);
