/** npm's rule for names, with the capitals that old packages have. */
const packageName = /^(?:@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/i;

/** The longest name that the registry takes, in characters. */
export const maxPackageNameLength = 214;

/** Whether a text can be the name of an npm package. Whatever else it is, it is no path, address or folder. */
export const isPackageName = (name: string): boolean =>
  name.length <= maxPackageNameLength && name !== "node_modules" && packageName.test(name);
