import { describe, expect, it } from "vitest";
import { testNamesOf } from "../../dev/words/measure-words.ts";
import { sources } from "../../dev/words/sources.ts";
import { readsAsSentence, testNames } from "../../dev/words/test-names.ts";

/** The maximum number of tests whose name is a fragment that only its describe completes. Only ever lower it. */
const maxFragments = 26;

describe("test names", () => {
  it("No more tests than before have a name that is no sentence", () => {
    const fragments = testNamesOf(sources()).filter(({ name }) => !readsAsSentence(name));
    expect(fragments.length, "Give the new test a name with a subject, or lower maxFragments").toBeLessThanOrEqual(
      maxFragments,
    );
  });

  it.each([
    "POST /batches returns 409 when a path changed since expectedRevision",
    "applyBatch merges lines that differ",
    "A cancelled run keeps its files",
    "`.env` files reach the build",
    "%s is refused as a path",
    "the router names its reason",
  ])("The rule accepts a name that has a subject: %s", (name) => expect(readsAsSentence(name)).toBe(true));

  it.each(["is refused", "keeps its files when it is cancelled", "of a token that was revoked ends", "Works"])(
    "The rule refuses a name without a subject: %s",
    (name) => expect(readsAsSentence(name)).toBe(false),
  );

  it("The rule finds names behind each, skipIf and in templates, and no other strings", () => {
    const text = `
      describe("a group", () => {
        it("one", () => {});
        it.each([1])("two %s", () => {});
        test.skipIf(true)(\`three \${name} more\`, () => { limit("four"); });
      });`;
    expect(testNames("names.test.ts", text)).toEqual(["one", "two %s", "three … more"]);
  });
});
