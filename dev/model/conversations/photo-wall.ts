import { exampleApp } from "./example-apps.ts";

export const photoWall = exampleApp({
  name: "photo wall",
  example: "Make a photo wall where visitors upload pictures",
  asks: /\b((photo|picture|image)s? (wall|gallery|album)|uploads?)\b/i,
  folder: "photo-wall",
  opening:
    "Pictures are files, so they go to the app's file store: the page uploads them there directly, to an address that takes one picture and is good for minutes. First a look at the project.",
  parts: [
    {
      text: "The server gives out the addresses, and keeps to pictures of a size.",
      message: "Add the photo wall's server",
      files: /server\.ts$/,
    },
    { text: "And the wall.", message: "Add the photo wall's page", files: /^(?!.*server\.ts$)/ },
  ],
  probes: [
    { method: "POST", path: "/api/photos", body: { type: "image/png", bytes: 1_000 } },
    { method: "GET", path: "/api/photos" },
  ],
  closing:
    "Visitors can hang up pictures, and the newest comes first. A picture has at most 5 MB; anything else is refused before it is uploaded.",
});
