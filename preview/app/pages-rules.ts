// The files `_headers` and `_redirects` of Cloudflare Pages, which Netlify reads too:
// https://developers.cloudflare.com/pages/configuration/headers/ and …/redirects/

/** Names of the two files, which are read and never served. */
export const RULE_FILES = new Set(["/_headers", "/_redirects"]);

/** Limits of Cloudflare Pages. */
const MAX_HEADER_RULES = 100;
const MAX_REDIRECTS = 2_100;
const MAX_LINE_LENGTH = 2_000;
const REDIRECTING = new Set([301, 302, 303, 307, 308]);

type Pattern = (pathname: string) => Record<string, string> | null;
/** `value` is null where a rule removes a header that an earlier one set. */
type HeaderRule = { matches: Pattern; headers: { name: string; value: string | null }[] };
type Redirect = { matches: Pattern; to: string; status: number };

/** Where a redirect leads: another address, or another file of the app for the same one. */
export type Redirected = { location: string; status: number } | { file: string };

/**
 * Sets the headers of the rules that match a path. A header of several rules has all of their values.
 * @param rules the text of `_headers`
 */
export function applyHeaderRules(rules: string, pathname: string, headers: Headers): void {
  const set = new Map<string, string[]>();
  for (const rule of headerRules(rules)) {
    const values = rule.matches(pathname);
    if (values === null) continue;
    for (const { name, value } of rule.headers) {
      if (value === null) {
        set.delete(name);
        headers.delete(name);
      } else set.set(name, [...(set.get(name) ?? []), filled(value, values)]);
    }
  }
  for (const [name, values] of set) headers.set(name, values.join(", "));
}

/**
 * Finds the first redirect that matches a path.
 * @param rules the text of `_redirects`
 */
export function redirectOf(rules: string, { pathname, search }: URL): Redirected | null {
  for (const { matches, to, status } of redirects(rules)) {
    const values = matches(pathname);
    if (values === null) continue;
    const target = filled(to, values);
    if (status === 200) return /^\/(?!\/)/.test(target) ? { file: target } : null;
    // A redirect of every path to one page would redirect that page to itself for ever.
    if (target === pathname) continue;
    return { status, location: target.includes("?") ? target : target.replace(/(#|$)/, `${search}$1`) };
  }
  return null;
}

function headerRules(text: string): HeaderRule[] {
  const rules: HeaderRule[] = [];
  for (const line of linesOf(text)) {
    if (!/^\s/.test(line)) {
      rules.push({ matches: patternOf(line.trim()), headers: [] });
      continue;
    }
    const [, removed] = /^\s*!\s*([\w-]+)\s*$/.exec(line) ?? [];
    const [, name, value] = /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (removed !== undefined) rules.at(-1)?.headers.push({ name: removed.toLowerCase(), value: null });
    else if (name !== undefined && isHeaderValue(value))
      rules.at(-1)?.headers.push({ name: name.toLowerCase(), value });
  }
  return rules.slice(0, MAX_HEADER_RULES);
}

/** Visible ASCII characters, spaces and tabs, so that no value can throw. */
const isHeaderValue = (value: string | undefined): value is string => /^[\t\x20-\x7e]+$/.test(value ?? "");

function redirects(text: string): Redirect[] {
  const found = linesOf(text).flatMap((line): Redirect[] => {
    const [from = "", to, code = "302"] = line.trim().split(/\s+/);
    const status = Number(code.replace(/!$/, ""));
    if (to === undefined || !isHeaderValue(to) || !(status === 200 || REDIRECTING.has(status))) return [];
    return [{ matches: patternOf(from), to, status }];
  });
  return found.slice(0, MAX_REDIRECTS);
}

const linesOf = (text: string): string[] =>
  text.split(/\r?\n/).filter((line) => line.length <= MAX_LINE_LENGTH && line.trim() !== "" && !/^\s*#/.test(line));

/**
 * A path with placeholders, `/blog/:slug`, and at most one splat, `/docs/*`. An address of another host never matches,
 * since an app has one host, and neither does one with several placeholders in a part, which would match in unbounded time.
 */
function patternOf(written: string): Pattern {
  if (!written.startsWith("/") || !isQuick(written)) return () => null;
  const names: string[] = [];
  const source = written
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
