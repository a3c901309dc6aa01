/** npm's rule for names, including the capitals in old packages. */
const packageName = /^(?:@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/i;

/** The maximum length of a name in the registry, in characters. */
export const maxPackageNameLength = 214;

/** @returns whether a text is a valid npm package name, and so no path, URL or folder */
export const isPackageName = (name: string): boolean =>
  name.length <= maxPackageNameLength && name !== "node_modules" && packageName.test(name);
