export { chooseVersions } from "./choose-versions.ts";
export { knownPackage } from "./knowledge.ts";
export { reviewDependencies } from "./review-dependencies.ts";
