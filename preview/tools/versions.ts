/** Default versions of compilers and their plugins, for projects that name none. */
export const DEFAULT_VERSIONS = {
  "@babel/core": "7.29.13",
  "@mdx-js/mdx": "3.1.1",
  "@vue/babel-plugin-jsx": "1.5.0",
  "@vue/compiler-sfc": "3.5.45",
  acorn: "8.19.0",
  "babel-preset-solid": "1.9.16",
  "generic-names": "4.0.0",
  less: "4.9.1",
  "markdown-it": "14.1.0",
  postcss: "8.5.33",
  "postcss-modules": "9.0.1",
  sass: "1.108.2",
  svelte: "5.57.3",
  tailwindcss: "4.3.5",
  terser: "5.51.4",
} as const;

export type ToolPackage = keyof typeof DEFAULT_VERSIONS;

/** Returns the version of a package in the project's lock or range, or null. */
export type VersionOf = (packageName: string) => string | null;

/** Version in place of those before 1.68, whose importers do not know the importing sheet. */
export const SASS_FOR_OLDER = "1.77.8";

/** Version in place of those of 3.2 before 3.2.11, which need a document. */
export const VUE_FOR_OLDER = "3.2.47";

/** Default version of Tailwind for projects that are written for version 3. */
export const TAILWIND_3 = "3.4.19";

/** Returns the packages with the project's versions, else the default ones. */
export function packagesFor(versionOf: VersionOf, ...names: ToolPackage[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, versionOf(name) ?? DEFAULT_VERSIONS[name]]));
}
