import { exampleApp } from "./example-apps.ts";

export const dashboard = exampleApp({
  name: "dashboard",
  example: "Make a dashboard with charts",
  asks: /\b(dashboards?|charts?|graphs?|analytics|statistics)\b/i,
  folder: "dashboard",
  opening:
    "I will draw the charts as plain SVG: no library, sharp at every size, and readable by a screen reader. First a look at the project.",
  parts: [
    {
      text: "First the data and the three kinds of chart, each a small function that returns an SVG element.",
      message: "Add example data and SVG charts",
      files: /(data|charts)\.ts$/,
    },
    {
      text: "Now the page that puts them together, with a choice of period.",
      message: "Add the dashboard page",
      files: /^(?!.*(data|charts)\.ts$)/,
    },
  ],
  probes: [{ method: "GET", path: "/" }],
  closing:
    "The dashboard shows key figures, a revenue line, orders by weekday and a ring of sources, for 7, 30 or 90 days. The data in `src/data.ts` is made up: replace `lastDays` with a call to your own API.",
});
