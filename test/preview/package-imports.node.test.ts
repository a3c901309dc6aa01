import { describe, expect, it } from "vitest";
import { packageModules, setApart, usesIn, withAddresses } from "../../preview/project/package-imports.ts";

const meant = (specifier: string) => specifier;
const packages = { isPackage: (name: string) => name === "late" || name === "@a/b", meant };

describe("imports with a comment before the specifier", () => {
  const script = `const late = await import(/* webpackChunkName: "fonts" */ /* @vite-ignore */ "late");
import(
  /* ** */
  "@a/b/sub"
);`;

  it("packageModules finds the package of an import with a comment before its specifier", () => {
    expect([...packageModules([script], packages)]).toEqual(["late", "@a/b/sub"]);
  });

  it("setApart and withAddresses lead an import with a comment to the separately built module", () => {
    const modules = new Set(["late", "@a/b/sub"]);
    const apart = setApart(script, modules, meant);
    expect(apart).toContain('"edgesmith-package:late"');
    const uses = new Map();
    usesIn(apart, modules, uses);
    expect(uses.get("late")).toEqual({ names: new Set(), namespace: true });
    const linked = withAddresses(apart, new Map([["late", "/built/late.js"]]));
    expect(linked).toContain('await import("/built/late.js").then((module) => module.__namespace)');
    expect(linked).toContain('"@a/b/sub"');
  });
});
