// The files `_headers` and `_redirects` of Cloudflare Pages, which Netlify reads too:
// https://developers.cloudflare.com/pages/configuration/headers/ and …/redirects/

/**
 * Names of the two files, and of the file with the routes of functions. The platform reads these files and never serves
 * them.
 */
export const RULE_FILES = new Set(["/_headers", "/_redirects", "/_routes.json"]);

/** Limits of Cloudflare Pages. */
const MAX_HEADER_RULES = 100;
const MAX_REDIRECTS = 2_100;
const MAX_LINE_LENGTH = 2_000;
const REDIRECTING = new Set([301, 302, 303, 307, 308]);

type Pattern = (pathname: string) => Record<string, string> | null;
type HeaderChanges = { headers: { name: string; value: string }[]; removed: string[] };
type HeaderRule = HeaderChanges & { matches: Pattern };
type Redirect = { matches: Pattern; to: string; status: number };

/** The target of a redirect: another address, or another file to serve at the same address. */
export type Redirected = { location: string; status: number } | { file: string };

/**
 * Sets the headers of the rules that match a path. A header in several matching rules gets all their values.
 * @param rules text of `_headers`
 */
export function applyHeaderRules(rules: string, pathname: string, headers: Headers): void {
  const set = new Map<string, string[]>();
  for (const rule of headerRules(rules)) {
    const values = rule.matches(pathname);
    if (values === null) continue;
    // A rule removes headers of earlier rules, regardless of the position of its line within the rule.
    for (const name of rule.removed) {
      set.delete(name);
      headers.delete(name);
    }
    for (const { name, value } of rule.headers) set.set(name, [...(set.get(name) ?? []), filled(value, values)]);
  }
  for (const [name, values] of set) headers.set(name, values.join(", "));
}

/**
 * Finds the first redirect that matches a path.
 * @param rules text of `_redirects`
 */
export function redirectOf(rules: string, { pathname, search }: URL): Redirected | null {
  for (const { matches, to, status } of redirects(rules)) {
    const values = matches(pathname);
    if (values === null) continue;
    const target = filled(to, values);
    if (status === 200) return /^\/(?!\/)/.test(target) ? { file: target } : null;
    // Redirecting every path to one page would redirect that page to itself forever.
    if (target === pathname) continue;
    return { status, location: target.includes("?") ? target : target.replace(/(#|$)/, `${search}$1`) };
  }
  return null;
}

/**
 * Parses `_headers`. The first characters of a line, not its indentation, tell a path from a header. A second rule for
 * the same path replaces the first.
 */
function headerRules(text: string): HeaderRule[] {
  const rules = new Map<string, HeaderChanges>();
  let current: HeaderChanges | undefined;
  for (const line of linesOf(text)) {
    if (/^(?:\/|https?:\/\/)/.test(line)) {
      current = { headers: [], removed: [] };
      rules.set(line, current);
      continue;
    }
    const [, removed] = REMOVED_HEADER.exec(line) ?? [];
    const [, name, value] = HEADER.exec(line) ?? [];
    if (removed !== undefined) current?.removed.push(removed.toLowerCase());
    else if (name !== undefined && isHeaderValue(value)) current?.headers.push({ name: name.toLowerCase(), value });
  }
  const listed = [...rules].slice(0, MAX_HEADER_RULES);
  return listed.map(([path, changes]) => ({ matches: patternOf(path), ...changes }));
}

/** A token as defined in https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const REMOVED_HEADER = new RegExp(`^!\\s+(${NAME})$`);
const HEADER = new RegExp(`^(${NAME})\\s*:\\s*(.*)$`);

/** Visible ASCII characters, spaces and tabs, so that no value can throw. */
const isHeaderValue = (value: string | undefined): value is string => /^[\t\x20-\x7e]+$/.test(value ?? "");

function redirects(text: string): Redirect[] {
  const found = linesOf(text).flatMap((line): Redirect[] => {
    const words = line.replace(/\s+#.*$/, "").split(/\s+/);
    // Netlify's rules for countries, languages and queries have a word more. Without their condition they would be for everybody.
    if (words.length > 3) return [];
    const [from = "", to = "", code = "302"] = words;
    // Netlify marks with "!" a rule that precedes a file of the same path, which every rule does here.
    const status = Number(code.replace(/!$/, ""));
    if (!isTarget(to) || !(status === 200 || REDIRECTING.has(status))) return [];
    return [{ matches: patternOf(/^https?:\/\//.test(from) ? from : from.replace(/^(?!\/)/, "/")), to, status }];
  });
  return found.slice(0, MAX_REDIRECTS);
}

const isTarget = (to: string): boolean => /^(?:\/|https?:\/\/)/.test(to) && isHeaderValue(to);

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .filter((line) => line.length <= MAX_LINE_LENGTH)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

/**
 * A path with placeholders, `/blog/:slug`, and at most one splat, `/docs/*`. An address of another host never matches,
 * since an app has one host, and neither does one with several placeholders in a part, which would match in unbounded time.
 * Requests name paths as URLs do, so the pattern's letters are encoded, and its query is left out.
 */
function patternOf(written: string): Pattern {
  if (!/^\/(?!\/)/.test(written) || !isQuick(written)) return () => null;
  const names: string[] = [];
  const source = new URL(written, "http://localhost").pathname
    .split(/(\*|:[A-Za-z]\w*)/)
    .map((part) => {
      if (part === "*" && !names.includes("splat")) return group(names, "splat", ".*");
      if (/^:[A-Za-z]/.test(part)) return group(names, part.slice(1), "[^/]+");
      return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  const pattern = new RegExp(`^${source}$`);
  return (pathname) => {
    const found = pattern.exec(pathname);
    return found === null ? null : Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ""]));
  };
}

const isQuick = (written: string): boolean =>
  written.split("/").every((part) => part.split(/\*|:[A-Za-z]/).length <= 2);

function group(names: string[], name: string, source: string): string {
  names.push(name);
  return `(${source})`;
}

const filled = (text: string, values: Record<string, string>): string =>
  text.replace(/:([A-Za-z]\w*)/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? "") : whole,
  );
