// The headers of requests and responses, as components that the operations refer to.

const text = { type: "string" };
const header = (description: string, schema: object = text) => ({ description, schema });

/** Response headers, by name. */
export const answerHeaders = {
  "X-Request-Id": header("The request's id: the caller's own where it matches `^[\\w-]{8,64}$`."),
  "X-Trace-Id": header("The trace's id: that of the caller's `traceparent` (W3C Trace Context), or a new one."),
  "Server-Timing": header("The duration, in total and by dependency, in milliseconds."),
  "RateLimit-Policy": header("The limit that the request counts against: `name;q=quota;w=seconds`."),
  RateLimit: header("The rest of that limit: `name;r=remaining;t=seconds until it is full again`."),
  "Retry-After": header("The number of seconds to wait before a retry.", { type: "integer" }),
  "Idempotent-Replayed": header("`true` when this is the stored response of an earlier request.", { const: "true" }),
  ETag: header("The state of the returned resource; for a write, the project's new state."),
  Location: header("The URL of the created resource."),
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
    "Identifies the write: the same request within 24 hours gets the same response.",
    { type: "string", minLength: 1, maxLength: 255 },
  ),
  IfMatch: parameter("If-Match", "ETags, one of which must be the project's current one, or `*`; otherwise 412."),
  IfNoneMatch: parameter("If-None-Match", "ETags that the caller has; 304 when one of them is current."),
  LastEventId: parameter(
    "Last-Event-ID",
    "The `id` of the last frame that the client read; takes precedence over `after`.",
    {
      type: "integer",
      minimum: 0,
    },
  ),
};
export type RequestHeader = keyof typeof requestHeaders;
