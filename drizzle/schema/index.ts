export * from "./accounts.ts";
export * from "./agents.ts";
export * from "./http.ts";
export * from "./previews.ts";
export * from "./projects.ts";
export * from "./triggers.ts";
export * from "./usage.ts";
export * from "./webhooks.ts";
