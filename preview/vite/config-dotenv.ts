/**
 * The package dotenv for a configuration: it reads the project's `.env` files, as `loadEnv` does, and sets the variables that
 * `process.env` lacks. https://github.com/motdotla/dotenv#documentation
 * @param shims the folder of the modules that a configuration can import
 */
export const dotenvModule = (shims: string): string => `
import { parseEnv } from "node:util";
import fs from "${shims}/fs.cjs";
export const parse = (source) => parseEnv(String(source));
export function populate(target, parsed, { override = false } = {}) {
  for (const [name, value] of Object.entries(parsed)) if (override || target[name] === undefined) target[name] = value;
  return parsed;
}
export function config({ path = ".env", override = false, processEnv = process.env } = {}) {
  const parsed = {};
  let error;
  for (const one of [path].flat()) {
    try {
      populate(parsed, parse(fs.readFileSync(one, "utf8")), { override });
    } catch (failure) {
      // An import stores no .env file but for its public variables, which is no fault of the project.
      if (!/(?:^|\\/)\\.env(?:\\.[\\w-]+)*$/.test(String(one))) error = failure;
    }
  }
  populate(processEnv, parsed, { override });
  return error === undefined ? { parsed } : { parsed, error };
}
export const configDotenv = config;
export default { config, configDotenv, parse, populate };
`;

/** The package dotenv-expand: references to other variables are replaced in the values that dotenv has read. */
export const DOTENV_EXPAND = `
const REFERENCE = /(\\\\)?\\$(?:\\{([\\w.]+)(?::?-([^}]*))?\\}|([A-Za-z_]\\w*))/g;
export function expand(read = {}) {
  const parsed = read.parsed ?? {};
  const target = read.processEnv ?? process.env;
  const valueOf = (name, depth) => {
    const value = parsed[name] ?? target[name];
    if (value === undefined || depth > 10) return value;
    return value.replace(REFERENCE, (whole, escaped, braced, given = "", bare) =>
      escaped === undefined ? valueOf(braced ?? bare, depth + 1) || given : whole.slice(1));
  };
  const expanded = Object.fromEntries(Object.keys(parsed).map((name) => [name, valueOf(name, 0)]));
  for (const [name, value] of Object.entries(expanded))
    if (target[name] === undefined || target[name] === parsed[name]) target[name] = value;
  return { ...read, parsed: expanded };
}
export default { expand };
`;
