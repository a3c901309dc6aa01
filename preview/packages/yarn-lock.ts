import { parseYaml } from "../project/yaml.ts";
import { type Json, type Lock, type LockedPackage, lockedVersion, objectOf, textOf } from "./lock.ts";
import { unpatched } from "./package-spec.ts";

/**
 * Parses yarn.lock of yarn 1, and of yarn 2 and later ("berry"). Both list versions by descriptor, `name@range`.
 * @throws {YAMLParseError} for a berry lock that is not valid YAML
 */
export function readYarnLock(source: string, text: string): Lock {
  const packages = /^__metadata:/m.test(text) ? readBerry(text) : readClassic(text);
  return {
    source,
    version({ name, range }) {
      const wanted = unpatched(range.trim());
      const descriptors = [`${name}@${wanted}`, `${name}@npm:${wanted}`, `${name}@npm:${wanted || "*"}`];
      const locked = descriptors.map((descriptor) => packages.get(descriptor)).find((found) => found !== undefined);
      return locked === undefined ? null : lockedVersion(locked);
    },
  };
}

/** Berry's checksums cover its own archive format, so they cannot verify the registry's archives. */
function readBerry(text: string): Map<string, LockedPackage> {
  const packages = new Map<string, LockedPackage>();
  for (const [descriptors, value] of Object.entries(objectOf(parseYaml(text)))) {
    const resolution = textOf(objectOf(value).resolution) ?? "";
    const [, name, version] = /^((?:@[^/@]+\/)?[^/@]+)@npm:([^:]+?)(?:::.*)?$/.exec(resolution) ?? [];
    if (name === undefined || version === undefined) continue;
    for (const descriptor of descriptors.split(", ")) packages.set(descriptor, { name, version });
  }
  return packages;
}

function readClassic(text: string): Map<string, LockedPackage> {
  const packages = new Map<string, LockedPackage>();
  for (const block of text.split(/\n(?=[^\s#])/)) {
    const head = /^([^\s#].*):\s*$/m.exec(block)?.[1];
    if (head === undefined) continue;
    const fields: Json = {};
    for (const [, key, value] of block.matchAll(/^ {2}(\w+) "?([^"\n]+?)"?\s*$/gm)) fields[String(key)] = value;
    const version = textOf(fields.version);
    if (version === undefined) continue;
    for (const descriptor of head.split(", ").map((part) => part.replaceAll('"', ""))) {
      packages.set(descriptor, classicPackage(descriptor, version, fields));
    }
  }
  return packages;
}

function classicPackage(descriptor: string, version: string, fields: Json): LockedPackage {
  const [, own, alias] = /^((?:@[^/@]+\/)?[^/@]+)@(?:npm:((?:@[^/@]+\/)?[^/@]+)@?)?/.exec(descriptor) ?? [];
  const integrity = textOf(fields.integrity);
  const tarball = textOf(fields.resolved)?.replace(/#.*$/, "");
  return { name: alias ?? own ?? "", version, ...(integrity && { integrity }), ...(tarball && { tarball }) };
}
