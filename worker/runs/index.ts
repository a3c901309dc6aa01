export { answerRun } from "./api/answer-run.ts";
export { cancelRun } from "./api/cancel-run.ts";
export { getRun } from "./api/get-run.ts";
export { listRuns } from "./api/list-runs.ts";
export { publishComment, publishRevision } from "./api/publish-revision.ts";
export { eventRange, readEvents, streamEvents, streamOf } from "./api/read-events.ts";
export { readImage } from "./api/read-image.ts";
export { undoRun } from "./api/undo-run.ts";
export { usageOfRuns } from "./api/usage-of-runs.ts";
export { watchProject } from "./api/watch-project.ts";
export { whenEnded } from "./api/when-ended.ts";
export { sweepReservations } from "./executor/sweep-reservations.ts";
export { closeEndedCallers, closeExpiredCallers, closeMember, closeSuspended } from "./feeds/close-ended-callers.ts";
export { Session } from "./session.ts";
export { forgetSession } from "./session-client.ts";
export { type Dispatch, enqueue, enqueueAndStream, redispatch } from "./start/dispatch-run.ts";
export { driveStart, type Gate, type KeyPort, type StartPorts, type Verdict } from "./start/drive-start.ts";
export {
  insertCached,
  insertVerified,
  isProjectCached,
  type PrefetchedSnapshot,
  prefetchSnapshot,
} from "./start/insert-run.ts";
export { routePrompt } from "./start/route-prompt.ts";
export type { EnqueuePayload } from "./start/run-spec.ts";
export type { Settlement } from "./start/start-machine.ts";
export { startRun } from "./start/start-run.ts";
export { sweepRuns } from "./start/sweep-runs.ts";
export type { ClaimedKey } from "./store.ts";
