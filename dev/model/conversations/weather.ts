import { exampleApp } from "./example-apps.ts";

export const weather = exampleApp({
  name: "weather",
  example: "Make a page with the weather of three cities",
  asks: /\b(weather|forecast)\b/i,
  folder: "weather",
  opening:
    "The weather comes from Open-Meteo, which needs no key: the server asks it by a plain request, and the page asks the server. First a look at the project.",
  parts: [
    {
      text: "The places, and the server that asks for their weather.",
      message: "Add the weather's server",
      files: /^src\/(server|places)\.ts$/,
    },
    { text: "And the page.", message: "Add the weather's page", files: /^(index\.html|src\/(main\.ts|style\.css))$/ },
  ],
  access: { host: "api.open-meteo.com", reason: "To ask for the weather of the places on the page." },
  closing: "The page shows what it is like outside, and what went wrong where the service does not answer.",
});
