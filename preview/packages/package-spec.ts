import { validRange } from "semver";
import { isPackageName, maxPackageNameLength } from "../../worker/contract/package-name.ts";
import { PackageUnavailable } from "./registry.ts";

/** What a manifest asks of the registry: a package, and a range of versions or a tag. */
export type PackageSpec = { name: string; range: string };

const TAG = /^[a-z_][\w.-]*$/i;
const ALIAS = /^npm:((?:@[^/@]+\/)?[^@]+)(?:@(.*))?$/;
const LONGEST_RANGE = 256;

/**
 * Reads a dependency as a manifest has it, before anything is asked of the registry. `npm:other@^1` names another package.
 * Throws {@link PackageUnavailable} for what is no package of a registry: addresses, folders, repositories.
 */
export function packageSpec(name: string, range: string): PackageSpec {
  assertName(name);
  if (range.length > LONGEST_RANGE) throw refused(`The version asked of "${name}" is too long.`);
  const alias = ALIAS.exec(range);
  if (alias?.[1] === undefined) return { name, range: rangeOf(name, range) };
  assertName(alias[1]);
  return { name: alias[1], range: rangeOf(name, alias[2] ?? "") };
}

function assertName(name: string): void {
  if (isPackageName(name)) return;
  const shown = name.length > maxPackageNameLength ? `${name.slice(0, 40)}…` : name;
  throw refused(`"${shown}" is not the name of an npm package.`);
}

/** npm takes the parts of an alternative that it understands: "^3 || insiders" is "^3". */
function rangeOf(name: string, range: string): string {
  const wanted = range.trim() || "*";
  if (validRange(wanted) !== null || TAG.test(wanted)) return wanted;
  const understood = wanted.split("||").filter((part) => validRange(part.trim()) !== null);
  if (wanted.includes("||") && understood.length > 0) return understood.join("||");
  throw refused(
    `"${name}": "${range}" is no version of a package in the registry. A version, a range, a tag or an npm: alias can be installed.`,
  );
}

const refused = (message: string) => new PackageUnavailable(message, false);
