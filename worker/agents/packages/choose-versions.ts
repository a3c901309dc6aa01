import { applyEdits, modify } from "jsonc-parser";
import { intersects, validRange } from "semver";
import { familyOf, isMember, knownPackage } from "./knowledge.ts";
import { changedDependencies, type Dependency, dependenciesOf, isOpen } from "./manifest.ts";
import type { AskPackage } from "./review-dependencies.ts";

/** A manifest with a version for each package that was added without one, and a sentence on each. */
export type Chosen = { content: string; said: string[] };

/**
 * Writes a version in the place of each that a batch adds without one (absent, `*` or `latest`): that of its family where the
 * project has a member of it, the one that models know where it is in the table, else the newest by the registry.
 * @param before the manifest as it was, or null
 */
export async function chooseVersions(before: string | null, after: string, ask: AskPackage): Promise<Chosen> {
  const dependencies = dependenciesOf(after);
  if (dependencies === null) return { content: after, said: [] };
  const earlier = before === null ? [] : (dependenciesOf(before) ?? []);
  const open = changedDependencies(earlier, dependencies).filter(({ range }) => isOpen(range));
  const choices = await Promise.all(open.map((dependency) => choiceOf(dependency, dependencies, ask)));
  let content = after;
  const said: string[] = [];
  for (const choice of choices) {
    said.push(choice.said);
    if (choice.range === null) continue;
    const { section, name } = choice.dependency;
    content = applyEdits(content, modify(content, [section, name], choice.range, {}));
  }
  return { content, said };
}

type Choice = { dependency: Dependency; range: string | null; said: string };

async function choiceOf(dependency: Dependency, all: Dependency[], ask: AskPackage): Promise<Choice> {
  const { name } = dependency;
  const family = familyOf(name);
  const sibling = all.find(
    (one) =>
      one.name !== name && !isOpen(one.range) && validRange(one.range) !== null && family && isMember(family, one.name),
  );
  const known = knownPackage(name);
  if (sibling !== undefined) {
    const why = `the version of ${sibling.name}, with which it has to agree`;
    // Members are not all published with each version: one that has not this one gets what agrees with it.
    const isThere = !("problem" in (await ask({ name, range: sibling.range, detail: false })));
    const agrees = known !== undefined && intersects(known.defaultRange, sibling.range);
    return written(dependency, !isThere && agrees ? known.defaultRange : sibling.range, why);
  }
  if (known !== undefined) return written(dependency, known.defaultRange, "the version whose API is best known");
  const found = await ask({ name, detail: false });
  if (!("problem" in found)) return written(dependency, `^${found.version}`, "the newest");
  return { dependency, range: null, said: `${name} has no version in package.json: ${found.problem}` };
}

const written = (dependency: Dependency, range: string, why: string): Choice => ({
  dependency,
  range,
  said: `${dependency.name}: "${range}" was written in package.json, ${why}.`,
});
