import type { OwnService } from "./wrangler-config.ts";

/**
 * Returns the exports of a server that it calls itself as entry points: those that its bindings to itself name, and those
 * that the bundled script reads from `ctx.exports`, or from `exports` of "cloudflare:workers", which minifying may rename.
 */
export function entryPointsOf(script: string, exported: readonly string[], services: readonly OwnService[]): string[] {
  const bound = new Set(services.map(({ entryPoint }) => entryPoint));
  const aliases = [...script.matchAll(/\bexports as ([\w$]+)/g)].map(([, alias = ""]) => alias);
  const objects = ["exports", ...aliases].map((name) => name.replaceAll("$", "\\$")).join("|");
  const read = new Set(
    [...script.matchAll(new RegExp(`(?<![\\w$])(?:${objects})\\??\\.([A-Za-z_$][\\w$]*)`, "g"))].map(
      ([, name]) => name,
    ),
  );
  return exported.filter(
    (name) => name !== "default" && /^[A-Za-z_$][\w$]*$/.test(name) && (bound.has(name) || read.has(name)),
  );
}
