/** The context of a reported error: names and ids, never contents. */
type ReportContext = {
  requestId?: string | undefined;
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
   * @param fingerprint groups reports that belong together whatever their text
   */
  capture(error: unknown, context?: ReportContext, fingerprint?: string[]): void;
  /** Records an event to be sent with the next error of this request. */
  breadcrumb(message: string, data?: Record<string, string | number | boolean>): void;
  /** Waits until all reports have been sent, for at most `timeoutMs`. */
  flush(timeoutMs?: number): Promise<void>;
};

/** The part of an ExecutionContext or a DurableObjectState that a reporter needs. */
export type Background = { waitUntil(work: Promise<unknown>): void };

export const silentReporter: Reporter = {
  capture: () => undefined,
  breadcrumb: () => undefined,
  flush: async () => undefined,
};
