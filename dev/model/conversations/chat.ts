import { exampleApp } from "./example-apps.ts";

export const chat = exampleApp({
  name: "chat",
  example: "Make a chat room for people who sign in",
  asks: /\b(chat ?rooms?|chat app|group chat|a chat|members(?:'|’)? (?:area|page)|sign[- ]?in)\b/i,
  folder: "chat",
  opening:
    "Who somebody is, the platform tells: there is no password to store here. The room is one object with hibernating WebSockets, and its messages are rows of its database. First a look at the project.",
  parts: [
    {
      text: "The server: it lets in who is signed in, and tells everybody what was said.",
      message: "Add the chat's server",
      files: /server\.ts$/,
    },
    { text: "And the room.", message: "Add the chat's page", files: /^(?!.*server\.ts$)/ },
  ],
  probes: [
    { method: "GET", path: "/api/me" },
    { method: "GET", path: "/" },
  ],
  closing:
    "The room is open for whoever signs in, by a link that they get by mail or with a password. You invite people and give them roles in the app's settings.",
});
