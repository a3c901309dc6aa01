export { addHistogram, type Histogram, percentile } from "../../contract/index.ts";
export { type Holder, isolateBytes } from "./held-bytes.ts";
export {
  addRoute,
  type CounterName,
  type Counters,
  emptyMinute,
  emptyRoute,
  type Fault,
  type IsolateMinute,
  minuteMs,
  minuteOf,
  type RouteMinute,
  type SlowQuery,
} from "./isolate-minute.ts";
export { MetricsRecorder, metrics } from "./recorder.ts";
