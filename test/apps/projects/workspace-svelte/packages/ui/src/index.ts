export { default as Counter } from "./Counter.svelte";
export { counted } from "./counted.svelte";
