export { chooseVersions } from "./choose-versions.ts";
export { knownPackage } from "./knowledge.ts";
export { type AskPackage, reviewDependencies } from "./review-dependencies.ts";
