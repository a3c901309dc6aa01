/** What a fault is told with: names and ids, never contents. */
type ReportContext = {
  requestId?: string | undefined;
  route?: string | undefined;
  method?: string | undefined;
  ownerId?: string | undefined;
  actorKind?: string | undefined;
  code?: string | undefined;
  [name: string]: string | number | boolean | undefined;
};

/** Where faults are reported to whoever keeps the system running. */
export type Reporter = {
  /** Reports a fault nobody expected. Returns at once; the sending goes on behind the answer. */
  capture(error: unknown, context?: ReportContext): void;
  /** Notes what happened on the way, to be sent with the next fault of this request. */
  breadcrumb(message: string, data?: Record<string, string | number | boolean>): void;
  /** Waits until everything captured has been sent, or `timeoutMs` have passed. */
  flush(timeoutMs?: number): Promise<void>;
};

/** The part of an ExecutionContext or a Durable Object's state that a reporter needs. */
export type Background = { waitUntil(work: Promise<unknown>): void };

export const silentReporter: Reporter = {
  capture: () => undefined,
  breadcrumb: () => undefined,
  flush: async () => undefined,
};
