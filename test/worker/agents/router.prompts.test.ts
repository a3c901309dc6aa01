import { expect, it } from "vitest";
import { builtIn, routerOf } from "../../../worker/agents/index.ts";

/** Everyday prompts, and who should get them. The agents' keywords were not chosen for these alone. */
const prompts: [string, string][] = [
  ["fullstack", "Create a recipe site where people can rate recipes"],
  ["fullstack", "Make a poll app"],
  ["fullstack", "I'd like a web shop for handmade soap"],
  ["fullstack", "Make a pomodoro timer"],
  ["fullstack", "Make a landing page for my bakery"],
  ["fullstack", "build a markdown notes app with tags"],
  ["fullstack", "Add due dates"],
  ["fullstack", "Add user accounts"],
  ["fullstack", "add a CSV export"],
  ["fullstack", "Make a kanban board"],
  ["fullstack", "Create a portfolio website"],
  ["fullstack", "Make a calculator"],
  ["fullstack", "guestbook please"],
  ["debugger", "Fix the bug in the counter"],
  ["debugger", "fix the build"],
  ["debugger", "my list is empty after reload, why?"],
  ["debugger", "npm error: module not found"],
  ["debugger", "the delete button doesn't work"],
  ["debugger", "Cannot find module './api' imported from src/main.ts"],
  ["debugger", "Fix it"],
  ["debugger", "why does the page show undefined"],
  ["debugger", "The form submits twice"],
  ["explainer", "explain this project"],
  ["explainer", "what is this app doing?"],
  ["explainer", "how do I add a new page?"],
  ["explainer", "Explain how the todo API works"],
  ["explainer", "where is the database schema defined"],
  ["designer", "make the background blue"],
  ["designer", "Make the header bigger and bolder"],
  ["designer", "use a nicer color scheme"],
  ["designer", "dark theme please"],
  ["designer", "Make it prettier"],
  ["frontend", "make the table sortable"],
  ["frontend", "Add a modal dialog for confirming deletion"],
  ["frontend", "show a loading spinner in the list component"],
  ["reviewer", "find security holes"],
  ["reviewer", "Can you do a code review?"],
  ["planner", "make a plan for a CRM"],
  ["planner", "outline the steps before coding"],
  ["writer", "improve the text on the home page"],
  ["writer", "fix spelling mistakes"],
  ["writer", "make the tone friendlier"],
  ["writer", "write an about page"],
  ["planner", "Plan a todo list with an API"],
  ["fullstack", "Rename src/main.ts to src/app.ts"],
  ["fullstack", "Delete the unused files"],
  ["fullstack", "Change the title to Groceries"],
  ["debugger", "Fix the bug: the page stays empty"],
  ["fullstack", "Make a counter that everybody shares"],
  ["fullstack", "Make a reading list with React and Hono"],
  ["fullstack", "Add priorities to the todo list"],
  ["fullstack", "Build it"],
];

it("sends at least nine in ten everyday prompts to the right agent", () => {
  const router = routerOf(builtIn);
  const wrong = prompts.filter(([agent, prompt]) => router.route(prompt).agent !== agent);
  expect(wrong.length / prompts.length, wrong.join("\n")).toBeLessThanOrEqual(0.1);
});
