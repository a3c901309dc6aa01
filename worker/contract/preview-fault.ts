// The messages of the two Workers about traces and failures. Types only.

/** The request behind a call, whose trace the preview Worker's log continues. */
export type CallTrace = { requestId: string; traceparent: string };

/** A failure in the preview Worker, which has no reporter of its own. */
export type PreviewFault = {
  name: string;
  message: string;
  stack: string | undefined;
  /** The failed operation, as a name: never a path or a host. */
  route: string;
  requestId: string;
  traceparent: string | undefined;
  projectId: string | null;
};
