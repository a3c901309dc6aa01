import { expect, it } from "vitest";
import { nameFromPrompt } from "../../frontend/src/projects/name-from-prompt.ts";

it.each([
  ["Make a todo list with an API that remembers the todos", "Todo list"],
  ["please build me a guestbook where visitors leave a note", "Guestbook where visitors leave a"],
  ["  pomodoro timer!  ", "Pomodoro timer"],
  ["…", "…"],
  ["make a", "Untitled app"],
])("nameFromPrompt names a project from %j", (prompt, name) => {
  expect(nameFromPrompt(prompt)).toBe(name);
});
