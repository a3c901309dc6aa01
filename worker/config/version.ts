/** The version in package.json; test/layers.test.ts compares the two. */
export const version = "0.1.0";

/**
 * Names a release in reports of errors.
 * @param tag the tag of the deployed version, usually its commit; absent locally
 */
export const releaseOf = (tag?: string): string => `edgesmith@${version}${tag ? `+${tag}` : ""}`;
