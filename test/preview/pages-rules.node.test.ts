import { describe, expect, it } from "vitest";
import { applyHeaderRules, redirectOf } from "../../preview/app/pages-rules.ts";

const headersOf = (rules: string, pathname: string, given: Record<string, string> = {}) => {
  const headers = new Headers(given);
  applyHeaderRules(rules, pathname, headers);
  return Object.fromEntries(headers);
};
const redirected = (rules: string, address: string) => redirectOf(rules, new URL(address, "http://app.localhost"));

describe("_headers", () => {
  it("A rule sets its headers on the paths that it matches, with the values of its placeholders", () => {
    const rules = "# all\n/*\n  X-All: yes\n/blog/:slug\n  X-Slug: :slug\n";
    expect(headersOf(rules, "/blog/one")).toEqual({ "x-all": "yes", "x-slug": "one" });
    expect(headersOf(rules, "/blog/one/two")).toEqual({ "x-all": "yes" });
  });

  it("Values of several rules are joined, and a rule with an exclamation mark removes a header", () => {
    const rules = "/*\n  X-A: one\n/a\n  X-A: two\n/b\n  ! X-A\n  ! X-Given\n";
    expect(headersOf(rules, "/a")).toEqual({ "x-a": "one, two" });
    expect(headersOf(rules, "/b", { "x-given": "yes" })).toEqual({});
  });

  it("A line that is no header, a rule for another host and a value with other characters have no effect", () => {
    const rules = "https://other.example/*\n  X-Other: yes\n/*\n  nonsense\n  X-Sign: ☂\n  X-Good: yes\n";
    expect(headersOf(rules, "/")).toEqual({ "x-good": "yes" });
  });

  it("A rule with several placeholders in one part of a path matches nothing, and costs no time", () => {
    const began = performance.now();
    expect(headersOf(`/${":a".repeat(30)}x\n  X-A: yes\n`, `/${"a".repeat(5_000)}`)).toEqual({});
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it("A path with characters of regular expressions matches itself only", () => {
    expect(headersOf("/a.b+c\n  X-A: yes\n", "/a.b+c")).toEqual({ "x-a": "yes" });
    expect(headersOf("/a.b+c\n  X-A: yes\n", "/axbbc")).toEqual({});
  });
});

describe("_redirects", () => {
  it("A redirect keeps the query, fills in its splat, and has status 302 unless it names another", () => {
    expect(redirected("/old/* /new/:splat 301", "/old/a/b?c=1")).toEqual({ status: 301, location: "/new/a/b?c=1" });
    expect(redirected("/here https://example.com/there#top", "/here?x=1")).toEqual({
      status: 302,
      location: "https://example.com/there?x=1#top",
    });
  });

  it("A rule of status 200 names a file of the app, and never one of another host", () => {
    expect(redirected("/app/* /app.html 200", "/app/x")).toEqual({ file: "/app.html" });
    expect(redirected("/a https://example.com/ 200", "/a")).toBeNull();
    expect(redirected("/a //example.com/ 200", "/a")).toBeNull();
  });

  it("A redirect of every path to one page does not redirect that page to itself", () => {
    const rules = "/login /login 200\n/* /en/index.html 302";
    expect(redirected(rules, "/other")).toEqual({ status: 302, location: "/en/index.html" });
    expect(redirected(rules, "/en/index.html")).toBeNull();
    expect(redirected(rules, "/login")).toEqual({ file: "/login" });
  });

  it("The first rule that matches counts, and one with an unknown status is left out", () => {
    const rules = "/a /zero 999\n/a /first\n/a /second";
    expect(redirected(rules, "/a")).toEqual({ status: 302, location: "/first" });
    expect(redirected(rules, "/b")).toBeNull();
  });
});
