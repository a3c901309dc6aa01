import { satisfies, valid } from "semver";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { VersionOf } from "../tools/versions.ts";
import { placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { tailwindDirective } from "./tailwind.ts";

type Outdated = { name: string; range: string; title: string; files: RegExp; remedy: string };

/** Libraries whose compilers of these versions do not run here; a newer version is another one to write for. */
const OUTDATED: Outdated[] = [
  {
    name: "vue",
    range: ">=1 <3",
    title: "Vue 2",
    files: /\.vue$/,
    remedy: 'Vue 3.2 and later are. Ask an agent to convert it: "Convert this project to Vue 3."',
  },
  {
    name: "vue",
    range: ">=3.0 <3.2",
    title: "Vue 3.0 or 3.1",
    files: /\.vue$/,
    remedy: 'Vue 3.2 and later are. Set "vue" and "@vue/compiler-sfc" to "^3.5.0" in package.json, or ask an agent to.',
  },
  {
    name: "@mdx-js/mdx",
    range: ">=1 <2",
    title: "MDX 1",
    files: /\.mdx$/,
    remedy:
      'MDX 2 and 3 are. Ask an agent to convert it: "Convert this project to MDX 3, with @mdx-js/rollup in place of its plugin for Vite."',
  },
  {
    name: "tailwindcss",
    range: ">=1 <3",
    title: "Tailwind CSS 2",
    files: /\.(css|pcss|postcss|scss|sass|less)$/,
    remedy: 'Versions 3 and 4 are. Ask an agent to convert it: "Convert this project to Tailwind CSS 3."',
  },
];

/** Reports the libraries that are too old to be compiled, once each, at their line of package.json. */
export function outdated(files: SourceFiles, versionOf: VersionOf): Diagnostic[] {
  return OUTDATED.flatMap(({ name, range, title, files: kind, remedy }): Diagnostic[] => {
    const asked = versionOf(name);
    if (asked === null) return [];
    // A range installs the newest of its major version.
    const newest = `${/\d+/.exec(asked)?.[0] ?? "0"}.999.0`;
    if (!satisfies(valid(asked) ?? newest, range)) return [];
    const isUsed = [...files].some(
      ([path, content]) =>
        kind.test(path) &&
        typeof content === "string" &&
        (name !== "tailwindcss" || tailwindDirective(content) !== null),
    );
    if (!isUsed) return [];
    const place = placeOf("package.json", readText(files, "package.json") ?? "", `"${name}"`);
    return [{ ...place, severity: "error", message: `This project uses ${title}, which is not supported. ${remedy}` }];
  });
}
