/** Characters that encodeURIComponent leaves and AWS Signature Version 4 encodes. */
const LEFT = /[!'()*]/g;

const encode = (text: string): string =>
  encodeURIComponent(text).replace(LEFT, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** Returns an object's path below its bucket's address. */
export const pathOf = (key: string): string => key.split("/").map(encode).join("/");

/** Returns a query, sorted and encoded as signatures need it. */
export const queryOf = (parameters: Record<string, string>): string =>
  Object.entries(parameters)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");

/**
 * Whether an address leads to this key and no other. Clients and servers resolve the segments `.` and `..`, so an app's
 * key with these segments would read or write the files of another app.
 */
export const isAddressable = (key: string): boolean =>
  key !== "" && key.isWellFormed() && !key.split("/").some((segment) => segment === "." || segment === "..");
