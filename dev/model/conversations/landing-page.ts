import { exampleApp } from "./example-apps.ts";

export const landingPage = exampleApp({
  name: "landing page",
  example: "Make a landing page for a travel start-up",
  asks: /\b(landing|home ?page|marketing|product page|portfolio|web ?site)\b/i,
  folder: "landing",
  opening:
    "A landing page needs one clear promise and no script at all. I make it static: semantic HTML, one style sheet, and the picture drawn as SVG, so it loads at once. First a look at the project.",
  parts: [
    {
      text: "Here are the page and its style sheet. Replace the example text with your own.",
      message: "Add the landing page",
      files: /./,
    },
  ],
  probes: [{ method: "GET", path: "/" }],
  closing:
    "The landing page stands: a hero, how it works, three routes, questions, and a last invitation.\n\nNext:\n- Let me choose a colour scheme\n- Add dark mode",
});
