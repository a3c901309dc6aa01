export * from "./lib/button";
