import { exampleApp } from "./example-apps.ts";

export const assistant = exampleApp({
  name: "assistant",
  example: "Make an assistant that answers questions about plants",
  asks: /\b(assistants?|chat ?bots?|ask an? (?:ai|model))\b/i,
  folder: "assistant",
  opening:
    "The platform has a model for apps, without a key of theirs. The server passes its answer on as it comes, and the page shows it at once. First a look at the project.",
  parts: [
    {
      text: "The server: it checks the conversation, and streams the answer.",
      message: "Add the assistant's server",
      files: /server\.ts$/,
    },
    { text: "And the page to ask.", message: "Add the assistant's page", files: /^(?!.*server\.ts$)/ },
  ],
  probes: [{ method: "GET", path: "/" }],
  closing:
    "The gardener answers, word by word. What a visitor may ask a day is limited by the platform, and the page says so when it is used up.",
});
