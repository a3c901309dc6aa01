import { exampleApp } from "./example-apps.ts";

export const game = exampleApp({
  name: "game",
  example: "Make a small game",
  asks: /\b(games?|snake)\b/i,
  folder: "game",
  opening:
    "I will make a snake that collects lanterns in the dark. The rules are pure functions apart from the drawing, so they can be tested. First a look at the project.",
  parts: [
    {
      text: "First the rules, as a pure function from one game state to the next.",
      message: "Add the rules",
      files: /game\.ts$/,
    },
    {
      text: "Now the board on a canvas, with keys and swipes.",
      message: "Add the board and the controls",
      files: /^(?!.*game\.ts$)/,
    },
  ],
  probes: [{ method: "GET", path: "/" }],
  closing: "Ready to play: arrow keys, W A S D, or swipes. It gets faster with every lantern.",
});
