import { exampleApp } from "./example-apps.ts";

export const counter = exampleApp({
  name: "counter",
  example: "Make a counter that everybody shares",
  asks: /\bcounter\b/i,
  folder: "counter",
  opening: "One number, kept on the server, so that everybody counts together. First a look at the project.",
  parts: [
    {
      text: "It is small enough for a single batch: the server with its one-row table, and the page.",
      message: "Add a shared counter",
      files: /./,
    },
  ],
  probes: [{ method: "POST", path: "/api/counter", body: { step: 1 } }],
  closing: "The counter counts, on the server: two windows side by side show the same number within three seconds.",
});
