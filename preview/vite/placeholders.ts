import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { DEFAULT_ENV_PREFIXES, type Mode } from "./env.ts";

export type PlaceholderOptions = { mode: Mode; base: string; prefixes?: readonly string[] };

/**
 * Replaces `%NAME%` in a page with the variable NAME, or with `MODE`, `BASE_URL`, `DEV` or `PROD`. An unknown name
 * stays unchanged; one with a client prefix is a warning.
 */
export function replacePlaceholders(
  page: string,
  html: string,
  env: Readonly<Record<string, string>>,
  { mode, base, prefixes = DEFAULT_ENV_PREFIXES }: PlaceholderOptions,
): { html: string; warnings: Diagnostic[] } {
  const isProduction = mode === "production";
  const values = new Map(
    Object.entries({ ...env, MODE: mode, BASE_URL: base, DEV: String(!isProduction), PROD: String(isProduction) }),
  );
  const warnings: Diagnostic[] = [];
  const replaced = html.replace(/%(\S+?)%/g, (placeholder, name: string, offset: number) => {
    const value = values.get(name);
    if (value !== undefined) return value;
    if (prefixes.some((prefix) => name.startsWith(prefix)))
      warnings.push(undefinedVariable(page, html, offset, placeholder));
    return placeholder;
  });
  return { html: replaced, warnings };
}

function undefinedVariable(page: string, html: string, offset: number, placeholder: string): Diagnostic {
  const before = html.slice(0, offset).split("\n");
  const message = `${placeholder} is not defined in an .env file.`;
  return { path: page, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, severity: "warning", message };
}
