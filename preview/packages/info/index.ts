export { type AskRegistry, cachedRegistry } from "./ask-registry.ts";
export { packageInfo } from "./package-info.ts";
