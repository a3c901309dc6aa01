/** The version in package.json; test/layers.test.ts compares the two. */
export const version = "0.1.0";
