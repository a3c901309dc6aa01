import { intersects, satisfies, validRange } from "semver";

/** A package on the path from the project to a dependency. */
export type Ancestor = { name: string; version: string };

/** `direct`: whether the package must be the parent of the next one, rather than any ancestor. */
type Selector = { name: string; range: string | null; direct: boolean };
type Rule = { path: Selector[]; target: Selector; value: string };

/** The value with which pnpm removes a dependency. */
const REMOVED = "-";

/** The versions that a project forces on transitive dependencies: `overrides`, `pnpm.overrides` or `resolutions`. */
export class Overrides {
  readonly #rules: Rule[];

  /**
   * @param value the manifest's field, in any of the three formats
   * @param own the project's own dependencies, for `$name`
   */
  constructor(value: unknown, own: Readonly<Record<string, string>>) {
    const rules = rulesOf(value, []);
    this.#rules = rules
      .map((rule) => ({ ...rule, value: rule.value.startsWith("$") ? (own[rule.value.slice(1)] ?? "*") : rule.value }))
      .sort(
        (a, b) => b.path.length - a.path.length || Number(b.target.range !== null) - Number(a.target.range !== null),
      );
  }

  /**
   * Returns a dependency's range after overrides; null for a removed one.
   * @param ancestors of the dependency, the project's own dependency first
   */
  rangeOf(name: string, range: string, ancestors: readonly Ancestor[]): string | null {
    if (this.#rules.length === 0) return range;
    const rule = this.#rules.find(({ target, path }) => selects(target, name, range) && leads(path, ancestors));
    if (rule === undefined) return range;
    return rule.value === REMOVED ? null : rule.value.replace(/^npm:(?=[\d^~<>=*v])/, "");
  }
}

function rulesOf(value: unknown, path: Selector[]): Rule[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): Rule[] => {
    if (key === ".") return [];
    const selectors = [...path, ...selectorsOf(key)];
    const target = selectors.at(-1);
    if (target === undefined) return [];
    if (typeof inner === "string") return [{ path: selectors.slice(0, -1), target, value: inner }];
    const own: unknown = typeof inner === "object" && inner !== null ? Reflect.get(inner, ".") : undefined;
    const rules = rulesOf(inner, selectors);
    return typeof own === "string" ? [...rules, { path: selectors.slice(0, -1), target, value: own }] : rules;
  });
}

/** `a@1>b` of pnpm, `a/b` and `a/**\/b` of yarn, `a@^1` of npm. */
function selectorsOf(key: string): Selector[] {
  if (/[^<=\s|]>(?!=)/.test(key)) {
    return key.split(/(?<=[^<=\s|@])>(?!=)/).map((part) => ({ ...selectorOf(part), direct: true }));
  }
  const parts: string[] = key.match(/\*\*|(?:@[^/@]+\/)?[^/@]+(?:@(?:[^/]|\/(?=[^/]*@))*)?/g) ?? [];
  const named = parts.filter((part) => part !== "**");
  const isYarnPath = named.length > 1;
  return named.map((part) => ({
    ...selectorOf(part),
    direct: isYarnPath && parts.at(parts.indexOf(part) + 1) !== "**",
  }));
}

function selectorOf(text: string): Selector {
  const [, name = text, range = null] = /^((?:@[^/@]+\/)?[^@]+)(?:@(?:npm:)?(.+))?$/.exec(text.trim()) ?? [];
  return { name, range, direct: false };
}

function selects({ name, range }: Selector, dependency: string, wanted: string): boolean {
  if (name !== dependency) return false;
  if (range === null) return true;
  if (validRange(range, true) === null || validRange(wanted, true) === null) return range === wanted;
  return intersects(range, wanted, true);
}

/** Whether the ancestors match the selectors in order, a direct one right above the next. */
function leads(path: readonly Selector[], ancestors: readonly Ancestor[]): boolean {
  const selector = path.at(-1);
  if (selector === undefined) return true;
  const candidates = selector.direct ? ancestors.slice(-1) : ancestors;
  const offset = ancestors.length - candidates.length;
  return candidates.some(({ name, version }, index) => {
    const isMatch = name === selector.name && (selector.range === null || satisfies(version, selector.range, true));
    return isMatch && leads(path.slice(0, -1), ancestors.slice(0, offset + index));
  });
}
