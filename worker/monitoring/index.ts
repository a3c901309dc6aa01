export { Timings, timed, withTimings } from "./timings.ts";
