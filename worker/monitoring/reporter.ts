/** The context of a reported error: names and ids, never contents. */
export type ReportContext = {
  requestId?: string | undefined;
  traceId?: string | undefined;
  spanId?: string | undefined;
  route?: string | undefined;
  method?: string | undefined;
  ownerId?: string | undefined;
  actorKind?: string | undefined;
  code?: string | undefined;
  [name: string]: string | number | boolean | undefined;
};

/** Reports errors to the operators. */
export type Reporter = {
  /**
   * Reports an unexpected error. Returns at once; the report is sent after the response.
   * @param fingerprint groups reports that belong together even though their texts differ
   */
  capture(error: unknown, context?: ReportContext, fingerprint?: string[]): void;
  /** Records an event to be sent with the next error of this request. */
  breadcrumb(message: string, data?: Record<string, string | number | boolean>): void;
  /**
   * Reports that a cron begins.
   * @returns a function that reports how it ended
   */
  checkIn(cron: Cron): (ok: boolean) => void;
  /** Waits until all reports have been sent, for at most `timeoutMs`. */
  flush(timeoutMs?: number): Promise<void>;
};

/** A cron as Sentry monitors it: its name, its schedule, its allowed delay and its maximum duration. */
type Cron = { slug: string; crontab: string; marginMinutes: number; maxRuntimeMinutes: number };

/** The part of an ExecutionContext or a DurableObjectState that a reporter needs. */
export type Background = { waitUntil(work: Promise<unknown>): void };

export const silentReporter: Reporter = {
  capture: () => undefined,
  breadcrumb: () => undefined,
  checkIn: () => () => undefined,
  flush: async () => undefined,
};
