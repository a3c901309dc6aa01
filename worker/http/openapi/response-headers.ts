// The headers of requests and responses, as components that the operations refer to.

const text = { type: "string" };
const header = (description: string, schema: object = text) => ({ description, schema });

/** Response headers, by name. */
export const answerHeaders = {
  "X-Request-Id": header("The request's id: the caller's own where it matches `^[\\w-]{8,64}$`."),
  "X-Trace-Id": header("The trace's id: that of the caller's `traceparent` (W3C Trace Context), or a new one."),
  "Server-Timing": header("How long it took, and what of it where, in milliseconds."),
  "RateLimit-Policy": header("The limit it counted against: `name;q=how many;w=seconds`."),
  RateLimit: header("What is left of that: `name;r=how many;t=seconds until it is whole`."),
  "Retry-After": header("After how many seconds to ask again.", { type: "integer" }),
  "Idempotent-Replayed": header("`true` where this is the answer that an earlier request had.", { const: "true" }),
  ETag: header("The state that is answered; for a write, the project's since."),
  Location: header("Where the thing is that was made."),
};
export type AnswerHeader = keyof typeof answerHeaders;

const parameter = (name: string, description: string, schema: object = text) => ({
  name,
  in: "header",
  required: false,
  description,
  schema,
});

/** Request headers, by component name. */
export const requestHeaders = {
  IdempotencyKey: parameter(
    "Idempotency-Key",
    "Names the write: sent again within 24 hours, the same request has the same answer.",
    { type: "string", minLength: 1, maxLength: 255 },
  ),
  IfMatch: parameter("If-Match", "ETags of the project in one of which it must be, or `*`; otherwise 412."),
  IfNoneMatch: parameter("If-None-Match", "ETags that the caller has; 304 where one of them still holds."),
  LastEventId: parameter("Last-Event-ID", "As `after`, and before it: the `id` of the last frame that was read.", {
    type: "integer",
    minimum: 0,
  }),
};
export type RequestHeader = keyof typeof requestHeaders;
