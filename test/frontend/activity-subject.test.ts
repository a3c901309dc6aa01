import { describe, expect, it } from "vitest";
import { subjectWords, tokenWords } from "../../frontend/src/settings/activity-subject.ts";

const names = new Map([
  ["prj_1", "Bees"],
  ["tok_1", "CI"],
]);

describe("what an entry of the activity was done to", () => {
  it("subjectWords names a resource, and says that it is gone when it has no name any more", () => {
    expect(subjectWords("prj_1", names)).toBe("“Bees”");
    expect(subjectWords("prj_2", names)).toBe("a deleted project");
    expect(subjectWords("prj_1/reviewer", names)).toBe("“reviewer” in “Bees”");
    for (const part of ["usr_1", "inv_1", "grt_1"]) expect(subjectWords(`prj_1/${part}`, names)).toBe("“Bees”");
  });

  it("subjectWords returns nothing for the account itself and for a subject without a name", () => {
    for (const id of ["usr_1", "ses_1", "trg_1", "unknown"]) expect(subjectWords(id, names)).toBeNull();
  });

  it("tokenWords names the token that acted", () => {
    expect(tokenWords("tok_1", names)).toBe("token “CI”");
    expect(tokenWords("tok_2", names)).toBe("a deleted token");
  });
});
