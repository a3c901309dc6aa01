import { exampleApp } from "./example-apps.ts";

export const newsletter = exampleApp({
  name: "newsletter",
  example: "Make a newsletter that is sent every morning",
  asks: /\b(newsletters?|daily (?:e-?mails?|mails?|thoughts?|digest))\b/i,
  folder: "newsletter",
  opening:
    "A newsletter is a list of addresses and a time of day. Each address is asked by a mail of the platform before it gets any other, and a cron sends the day's line. First a look at the project.",
  parts: [
    {
      text: "The server, its schedule and what there is to send.",
      message: "Add the newsletter's server",
      files: /^(edgesmith\.json|src\/(server|thoughts)\.ts)$/,
    },
    {
      text: "And the page to subscribe.",
      message: "Add the newsletter's page",
      files: /^(index\.html|src\/(main\.ts|style\.css))$/,
    },
  ],
  probes: [{ method: "GET", path: "/" }],
  closing:
    "Whoever subscribes and says yes gets a line at seven every morning (UTC). A crash in the middle sends nobody the same line twice: what was sent is noted, address by address.",
});
