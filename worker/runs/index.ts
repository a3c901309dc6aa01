export { getRun } from "./get-run.ts";
export { listRuns } from "./list-runs.ts";
export { eventRange, readEvents, streamEvents } from "./read-events.ts";
export { Session } from "./session.ts";
export { forgetSession } from "./session-client.ts";
export { startRun } from "./start-run.ts";
export { answerRun, cancelRun } from "./steer-run.ts";
export { sweepRuns } from "./sweep-runs.ts";
