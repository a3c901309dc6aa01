import { describe, expect, it } from "vitest";
import { rolesIn } from "../../frontend/src/publishing/roles.ts";
import { duration, everyVisitDay } from "../../frontend/src/publishing/visit-days.ts";

describe("the days of a report of visits", () => {
  it("Every day of the period is there in order, also those without a request", () => {
    const data = [{ day: "2026-02-28", visits: 2, requests: 5, errors: 1, p50Ms: 3, p95Ms: 9 }];
    const days = everyVisitDay({ from: "2026-02-27", to: "2026-03-01", data });
    expect(days.map(({ day, visits }) => [day, visits])).toEqual([
      ["2026-02-27", 0],
      ["2026-02-28", 2],
      ["2026-03-01", 0],
    ]);
  });

  it.each([
    [null, "–"],
    [0.5, "1 ms"],
    [12.4, "12 ms"],
    [1_400, "1.4 s"],
  ])("A duration of %s is shown as %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe("the roles of a form", () => {
  it("Roles are separated by commas or spaces, in lower case and once each", () => {
    expect(rolesIn(" Editor, admin  editor,")).toEqual(["editor", "admin"]);
    expect(rolesIn("  ")).toEqual([]);
  });
});
