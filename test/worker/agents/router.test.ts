import { describe, expect, it } from "vitest";
import { builtIn, parseAgentFile, registryOf, routerOf } from "../../../worker/agents/index.ts";
import { isAppError } from "../../../worker/errors.ts";

const router = routerOf(builtIn);

describe("an @mention", () => {
  it.each([
    ["@designer make it warmer", "designer"],
    ["Make it warmer, @designer.", "designer"],
    ["(cc @Reviewer) fix the bug", "reviewer"],
    ["Ask @debugger, then @designer", "debugger"],
    ["write to me@reviewer.example, or @planner", "planner"],
  ])("an @mention chooses its agent: %s", (prompt, agent) => {
    expect(router.route(prompt)).toMatchObject({ agent, method: "mention", confidence: 1 });
  });

  it.each([
    "Make an app that mails to anna@designer.example",
    "Build an app with @designer/tokens from npm",
    "Create an app for @nobody",
    "Make a page about user@reviewer",
    "Build an app with a decorator like @debugger-tool",
  ])("Text that looks like an @mention chooses nothing: %s", (prompt) => {
    expect(router.route(prompt)).toMatchObject({ method: "lexical" });
  });

  it("the caller can name an agent, which must exist", () => {
    expect(router.route("Make an app, @designer", "writer")).toMatchObject({ agent: "writer", method: "mention" });
    expect(() => router.route("Make an app", "nobody")).toThrow(expect.objectContaining({ code: "unknown_agent" }));
  });
});

describe("an @mention of an unknown agent", () => {
  it("an unknown @mention is in the reason when the prompt begins with it, and is plain text elsewhere", () => {
    const { agent, method, reason } = router.route("@nosuch make a todo list with an API");
    expect([agent, method]).toEqual(["fullstack", "lexical"]);
    expect(reason).toMatch(/^Unknown agent @nosuch\. Picked for: “/);
    expect(router.route("Use @media in the style sheet").reason).not.toContain("Unknown agent @");
    expect(router.route("@tailwindcss/vite does not build").reason).not.toContain("Unknown agent @");
  });
});

describe("a prompt without a mention", () => {
  it("a routing's reason names no stop words", () => {
    for (const prompt of [
      "Make a counter",
      "I want a page for the shop, with a map",
      "Mach mir eine Seite mit Karte",
    ]) {
      const words = router.route(prompt).reason.match(/“[^”]+”/g) ?? [];
      expect(words.filter((word) => /^“(.|an|the|for|with|want|make|mir|eine|mit)”$/.test(word))).toEqual([]);
    }
  });

  it("a routing has a reason, a confidence and the other candidates", () => {
    const { reason, confidence, candidates, method } = router.route("Make a todo list with an API");
    expect(method).toBe("lexical");
    expect(reason).toMatch(/“todo”/);
    expect(confidence).toBeGreaterThan(0.5);
    expect(confidence).toBeLessThan(1);
    expect(candidates[0]?.agent).toBe("fullstack");
    expect(candidates.map(({ score }) => score)).toEqual(
      candidates.map(({ score }) => score).toSorted((a, b) => b - a),
    );
  });

  it("a chance word, or a word in code, does not choose a specialist", () => {
    for (const prompt of ["Steps counter", "Make an app from this:\n```\nexplain(review, plan, audit)\n```"]) {
      expect(router.route(prompt).agent, prompt).toBe("fullstack");
    }
    expect(router.route("Fix it:\n```\nTypeError: x is not a function\n    at f (src/a.ts:1:2)\n```").agent).toBe(
      "debugger",
    );
  });

  it("a read-only agent is chosen when it is clearly meant, and not for a chance word", () => {
    expect(router.route("Plan a todo list").agent).toBe("planner");
    expect(router.route("[[five steps]]").agent).not.toBe("planner");
  });

  it("the fullstack agent is chosen with a low confidence when nothing fits", () => {
    for (const prompt of ["xyzzy", "🙂", "一二三", "the and of"]) {
      const routing = router.route(prompt);
      expect(routing).toMatchObject({ agent: "fullstack", method: "lexical" });
      expect(routing.confidence).toBeLessThan(0.3);
      expect(routing.reason).toContain("General request.");
    }
  });

  it("the router is robust to typos, other languages and pasted material", () => {
    const shown: [string, string][] = [
      ["fix teh eror when savng", "debugger"],
      ["Übersetze die Seite bitte ins Dänische", "localizer"],
      ["グラフで売上の推移を見たい", "dataviz"],
      ["at handle (src/server.ts:41:29)\nTypeError: x.map is not a function", "debugger"],
      ["    at total (src/cart.ts:12:3)\n    at render (src/page.ts:40:9)", "debugger"],
      ["SELECT * FROM a JOIN b ON a.id = b.a_id GROUP BY a.id, can the join be simpler?", "database"],
    ];
    for (const [prompt, agent] of shown) expect(router.route(prompt).agent, prompt).toBe(agent);
  });

  it("The router is fast, however long the prompt", () => {
    const before = performance.now();
    router.route(`${"Make an app. ".repeat(2_000)} ${"a".repeat(5_000)}`);
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe("the registry", () => {
  it("the router chooses a project's own agent by its file", () => {
    const content = `---
name: beekeeper
description: Knows everything about beehives and honey. Use it for hives, queens, swarms and honey harvests.
keywords: beehive, bees, honey, queen bee, swarm, apiary
examples: [How many frames does a hive need?, Calculate the honey harvest of each beehive]
---
You keep bees.`;
    const withOwn = routerOf(registryOf([...builtIn.list(), parseAgentFile(content, "beekeeper.md")]));
    expect(withOwn.route("Record the honey harvest for every beehive").agent).toBe("beekeeper");
    expect(withOwn.route("@beekeeper what now?").agent).toBe("beekeeper");
    expect(withOwn.route("Write tests for the todo API").agent).toBe("tester");
    expect(router.route("Record the honey harvest for every beehive").agent).not.toBe("beekeeper");
  });

  it("the built-in agents can be told apart, each with existing tools", () => {
    const names = builtIn.list().map(({ name }) => name);
    expect(names).toEqual([
      "fullstack",
      "frontend",
      "designer",
      "backend",
      "database",
      "debugger",
      "refactorer",
      "tester",
      "reviewer",
      "security",
      "performance",
      "accessibility",
      "writer",
      "planner",
      "explainer",
      "dataviz",
      "games",
      "integrator",
      "localizer",
      "seo",
    ]);
    for (const { examples, prompt } of builtIn.list()) {
      expect(examples.length).toBeGreaterThanOrEqual(25);
      expect(prompt.length).toBeGreaterThan(1_000);
    }
  });

  it("the read-only agents have no tool that writes", () => {
    for (const name of ["reviewer", "planner", "explainer"]) {
      expect(builtIn.get(name).tools.filter((tool) => /write|edit|move|delete|request/.test(tool))).toEqual([]);
    }
  });

  it("unknown_agent lists the known agents", () => {
    try {
      builtIn.get("nobody");
      expect.unreachable();
    } catch (error) {
      expect(isAppError(error, "unknown_agent") && error.detail).toContain("fullstack");
    }
  });
});
