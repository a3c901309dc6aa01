import { describe, expect, it } from "vitest";
import { builtIn, routerOf } from "../../../worker/agents/index.ts";
import { isAppError } from "../../../worker/errors.ts";

const router = routerOf(builtIn);

describe("an agent named with an @", () => {
  it.each([
    ["@designer make it warmer", "designer"],
    ["Make it warmer, @designer.", "designer"],
    ["(cc @Reviewer) fix the bug", "reviewer"],
    ["Ask @debugger, then @designer", "debugger"],
    ["write to me@reviewer.example, or @planner", "planner"],
  ])("wins: %s", (prompt, agent) => {
    expect(router.route(prompt)).toMatchObject({ agent, method: "mention", confidence: 1 });
  });

  it.each([
    "Make an app that mails to anna@designer.example",
    "Build an app with @designer/tokens from npm",
    "Create an app for @nobody",
    "Make a page about user@reviewer",
    "Build an app with a decorator like @debugger-tool",
  ])("is not seen where it is something else: %s", (prompt) => {
    expect(router.route(prompt)).toMatchObject({ agent: "fullstack", method: "lexical" });
  });

  it("can be named by the caller, who must know it", () => {
    expect(router.route("Make an app, @designer", "writer")).toMatchObject({ agent: "writer", method: "mention" });
    expect(() => router.route("Make an app", "nobody")).toThrow(expect.objectContaining({ code: "unknown_agent" }));
  });
});

const prompts: [string, string][] = [
  ["Make a todo list with an API that remembers the todos", "fullstack"],
  ["build me an app for tracking my plants", "fullstack"],
  ["Create a dashboard for our sales numbers with a database", "fullstack"],
  ["I need a booking website for my hair salon", "fullstack"],
  ["Add an endpoint that returns the five newest posts", "fullstack"],
  ["Build a game of memory with a high score list", "fullstack"],
  ["make a simple chat app", "fullstack"],
  ["explain how the login works", "explainer"],
  ["How does the server store the todos?", "explainer"],
  ["What does src/api.ts do?", "explainer"],
  ["Why is there a Durable Object in here?", "explainer"],
  ["Walk me through the code", "explainer"],
  [
    "Fix this error: TypeError: Cannot read properties of undefined (reading 'id')\n    at render (src/main.ts:12:5)",
    "debugger",
  ],
  ["The page is blank since the last change", "debugger"],
  ["Saving does not work any more, I get a 500", "debugger"],
  ["Uncaught ReferenceError: foo is not defined", "debugger"],
  ["it crashes when I delete the last item", "debugger"],
  ["Add dark mode", "designer"],
  ["Make it look more modern, with warmer colours", "designer"],
  ["The spacing on the landing page feels cramped", "designer"],
  ["Change the font and the colors", "designer"],
  ["Review my code", "reviewer"],
  ["Is this app secure? Any XSS?", "reviewer"],
  ["audit the API for injection problems", "reviewer"],
  ["Plan a todo list with an API", "planner"],
  ["Rename src/main.ts to src/app.ts", "fullstack"],
  ["Delete the unused files", "fullstack"],
  ["Plan the architecture of a shop before building it", "planner"],
  ["Write a specification for a ticket system", "planner"],
  ["How would you structure a multi-tenant version?", "planner"],
  ["Translate the interface into French", "writer"],
  ["Write a README", "writer"],
  ["Fix the typos on the about page", "writer"],
  ["Rewrite the headline and the copy of the landing page", "writer"],
  ["Split the page into React components", "frontend"],
  ["Make the menu usable with the keyboard", "frontend"],
  ["Add a filter and sorting to the table on the page", "frontend"],
  ["Let me drag the cards between columns", "frontend"],
];

describe("a prompt without a name", () => {
  it.each(prompts)("%s → %s", (prompt, agent) => {
    const routing = router.route(prompt);
    expect(`${routing.agent} (${routing.reason})`).toMatch(new RegExp(`^${agent} `));
  });

  it("says why, how sure it is, and who else came into question", () => {
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

  it("does not go to a specialist for a chance word, nor for a word in code", () => {
    for (const prompt of ["[[five steps]]", "Steps counter", "Do this:\n```\nexplain(review, plan, audit)\n```"]) {
      expect(router.route(prompt).agent, prompt).toBe("fullstack");
    }
    expect(router.route("Fix it:\n```\nTypeError: x is not a function\n    at f (src/a.ts:1:2)\n```").agent).toBe(
      "debugger",
    );
  });

  it("goes to the one for everything when nothing fits, and is honest about it", () => {
    for (const prompt of ["xyzzy", "🙂", "一二三", "the and of"]) {
      const routing = router.route(prompt);
      expect(routing).toMatchObject({ agent: "fullstack", method: "lexical" });
      expect(routing.confidence).toBeLessThan(0.3);
      expect(routing.reason).toContain("No agent");
    }
  });

  it("is chosen for in no time, however long the prompt", () => {
    const before = performance.now();
    router.route(`${"Make an app. ".repeat(2_000)} ${"a".repeat(5_000)}`);
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe("the registry", () => {
  it("has agents that can be told apart, each with tools that exist", () => {
    const names = builtIn.list().map(({ name }) => name);
    expect(names).toEqual([
      "fullstack",
      "frontend",
      "designer",
      "debugger",
      "reviewer",
      "planner",
      "explainer",
      "writer",
    ]);
  });

  it("gives those that only read nothing to write with", () => {
    for (const name of ["reviewer", "planner", "explainer"]) {
      expect(builtIn.get(name).tools.filter((tool) => /write|edit|move|delete|request/.test(tool))).toEqual([]);
    }
  });

  it("names what is known when an agent is not", () => {
    try {
      builtIn.get("nobody");
      expect.unreachable();
    } catch (error) {
      expect(isAppError(error, "unknown_agent") && error.detail).toContain("fullstack");
    }
  });
});
