import { vi } from "vitest";
import { flusher } from "../../../worker/metrics/index.ts";

/**
 * Keeps an isolate from storing its metrics, which waits until it gets no requests for some seconds: a test that waits for
 * the work after a response would wait for that too.
 */
export const withoutMetrics = () => vi.spyOn(flusher, "schedule").mockReturnValue(undefined);
