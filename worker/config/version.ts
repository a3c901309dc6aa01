/** The same as package.json's; test/layers.test.ts holds the two together. */
export const version = "0.1.0";
