import { describe, expect, it } from "vitest";
import type { LiveViewer } from "../../frontend/src/api/live-protocol.ts";
import { initialsOf, otherViewers } from "../../frontend/src/workspace/other-viewers.ts";

const ada = (connections: number): LiveViewer => ({ kind: "user", id: "u1", name: "Ada Lovelace", connections });
const token = (connections: number): LiveViewer => ({ kind: "token", id: "t1", name: "Deploy script", connections });
const words = (...viewers: LiveViewer[]) => otherViewers(viewers, "u1").map((other) => other.words);

describe("who else is here", () => {
  it("otherViewers excludes the page itself", () => {
    expect(words(ada(1))).toEqual([]);
    expect(words(ada(2))).toEqual(["You, in another window"]);
    expect(words(ada(4))).toEqual(["You, in 3 other windows"]);
  });

  it("otherViewers names people and tokens", () => {
    const grace: LiveViewer = { kind: "user", id: "u2", name: "Grace", connections: 1 };
    expect(words(ada(1), grace, token(1))).toEqual(["Grace", "Deploy script (API token)"]);
    expect(words(token(3))).toEqual(["Deploy script (API token), on 3 connections"]);
    expect(words({ ...grace, connections: 2 })).toEqual(["Grace, in 2 windows"]);
  });

  it("otherViewers says which files somebody else has open", () => {
    const grace = (files: string[]): LiveViewer => ({ kind: "user", id: "u2", name: "Grace", connections: 1, files });
    expect(words(ada(1), grace(["src/app.ts"]))).toEqual(["Grace, in src/app.ts"]);
    expect(words(grace(["a.ts", "b.ts"]))).toEqual(["Grace, in a.ts and b.ts"]);
    expect(words({ ...ada(2), files: ["src/app.ts"] })).toEqual(["You, in another window"]);
  });

  it("initialsOf returns a name's initials", () => {
    expect(["Ada Lovelace", "ada", "Ada de Lovelace", " ", "Émile 🦊"].map(initialsOf)).toEqual([
      "AL",
      "A",
      "AL",
      "",
      "É🦊",
    ]);
  });
});
