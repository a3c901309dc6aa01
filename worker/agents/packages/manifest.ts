/** The sections of a package.json that list packages to install. */
const sections = ["dependencies", "devDependencies", "optionalDependencies"] as const;
type Section = (typeof sections)[number];

/** One dependency of a manifest. */
export type Dependency = { section: Section; name: string; range: string };

const maxDependencies = 500;

/** Whether a path is that of a manifest whose packages are installed. */
export const isManifest = (path: string): boolean =>
  (path === "package.json" || path.endsWith("/package.json")) && !path.includes("node_modules/");

/** Parses a manifest's dependencies, in its order; null when it is not JSON, which the build reports. */
export function dependenciesOf(text: string): Dependency[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  return sections
    .flatMap((section) => {
      const named = fields.get(section);
      if (typeof named !== "object" || named === null) return [];
      return Object.entries(named).flatMap(([name, range]): Dependency[] =>
        typeof range === "string" ? [{ section, name, range }] : [],
      );
    })
    .slice(0, maxDependencies);
}

/** Whether a range leaves the version to the installer. */
export const isOpen = (range: string): boolean => /^(|\*|x|latest)$/i.test(range.trim());

/** Returns the dependencies of `after` that are new or have another range than in `before`. */
export function changedDependencies(before: readonly Dependency[], after: readonly Dependency[]): Dependency[] {
  const known = new Map(before.map(({ name, range }) => [name, range]));
  return after.filter(({ name, range }) => known.get(name) !== range);
}
