import { z } from "@hono/zod-openapi";

export const fieldError = z.object({
  pointer: z
    .string()
    .openapi({ description: "JSON Pointer (RFC 6901) into the body, or `?name` for a query parameter." }),
  code: z.string(),
  detail: z.string(),
  line: z.int().optional().openapi({ description: "The line of a text that is at fault, from 1." }),
});

/** RFC 9457, with our code, the request's id, and the faults of the fields. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(fieldError).optional(),
  })
  .catchall(z.unknown())
  .openapi("Problem");

export type Problem = z.infer<typeof problem>;

const titles = {
  400: "Malformed request",
  401: "No credential, or not a good one",
  403: "Not allowed",
  404: "Absent, or not yours",
  409: "Conflict with the state of things",
  410: "Gone",
  412: "A precondition does not hold",
  413: "Too large",
  415: "Not a media type this takes",
  422: "Valid JSON with invalid content",
  429: "Too many requests",
  503: "Something this depends on is down",
} as const;

type ProblemStatus = keyof typeof titles;

/** The `responses` entries of a route for the problems it can answer with. */
export function problems(...statuses: ProblemStatus[]) {
  const always: ProblemStatus[] = [429, 503];
  return Object.fromEntries(
    [...new Set([...statuses, ...always])].map((status) => [
      status,
      { description: titles[status], content: { "application/problem+json": { schema: problem } } },
    ]),
  );
}
