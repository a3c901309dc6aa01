export { type Actor, type Author, authorOf, planOfActor } from "./actor.ts";
export type { Context } from "./context.ts";
