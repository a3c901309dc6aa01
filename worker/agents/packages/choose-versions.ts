import { applyEdits, modify } from "jsonc-parser";
import { intersects, validRange } from "semver";
import { familyOf, isMember, knownPackage } from "./knowledge.ts";
import { changedDependencies, type Dependency, dependenciesOf, isOpen } from "./manifest.ts";
import type { AskPackage } from "./review-dependencies.ts";

/** A manifest with a version for each package that was added without one, and a sentence on each of them. */
export type Chosen = { content: string; notes: string[] };

/**
 * Writes a version for each package that a batch adds without one (absent, `*` or `latest`): the version of its family
 * when the project has a member of it, the version that models know when the package is in the table, otherwise the
 * registry's newest.
 * @param before the previous manifest, or null
 * @param ask looks a package up in the registry
 */
export async function chooseVersions(before: string | null, after: string, ask: AskPackage): Promise<Chosen> {
  const dependencies = dependenciesOf(after);
  if (dependencies === null) return { content: after, notes: [] };
  const earlier = before === null ? [] : (dependenciesOf(before) ?? []);
  const open = changedDependencies(earlier, dependencies).filter(({ range }) => isOpen(range));
  const choices = await Promise.all(open.map((dependency) => choiceOf(dependency, dependencies, ask)));
  let content = after;
  const notes: string[] = [];
  for (const choice of choices) {
    notes.push(choice.note);
    if (choice.range === null) continue;
    const { section, name } = choice.dependency;
    content = applyEdits(content, modify(content, [section, name], choice.range, {}));
  }
  return { content, notes };
}

type Choice = { dependency: Dependency; range: string | null; note: string };

async function choiceOf(dependency: Dependency, all: Dependency[], ask: AskPackage): Promise<Choice> {
  const { name } = dependency;
  const family = familyOf(name);
  const sibling = all.find(
    (other) =>
      other.name !== name &&
      !isOpen(other.range) &&
      validRange(other.range) !== null &&
      family &&
      isMember(family, other.name),
  );
  const known = knownPackage(name);
  if (sibling !== undefined) {
    const why = `the version of ${sibling.name}, which it has to match`;
    // Not every member is published at each version: a member without this version gets a compatible range.
    const isThere = !("problem" in (await ask({ name, range: sibling.range, detail: false })));
    const agrees = known !== undefined && intersects(known.defaultRange, sibling.range);
    return written(dependency, !isThere && agrees ? known.defaultRange : sibling.range, why);
  }
  if (known !== undefined) return written(dependency, known.defaultRange, "the version whose API is best known");
  const found = await ask({ name, detail: false });
  if (!("problem" in found)) return written(dependency, `^${found.version}`, "the newest");
  return { dependency, range: null, note: `${name} has no version in package.json: ${found.problem}` };
}

const written = (dependency: Dependency, range: string, why: string): Choice => ({
  dependency,
  range,
  note: `${dependency.name}: "${range}" was written in package.json, ${why}.`,
});
