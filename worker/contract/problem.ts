import { z } from "@hono/zod-openapi";
import { errorCodes } from "../errors.ts";

export const fieldError = z
  .object({
    pointer: z
      .string()
      .openapi({ description: "JSON Pointer (RFC 6901) into the body, or `?name` for a query parameter." }),
    code: z.string().openapi({ description: "The fault, for a program.", example: "too_small" }),
    detail: z.string().openapi({ description: "The fault, in a sentence." }),
    line: z.int().optional().openapi({ description: "The line of the fault in a text, from 1." }),
  })
  .openapi("FieldError");

/** A problem response by RFC 9457, with our code, the request's id and the invalid fields. */
export const problem = z
  .object({
    type: z.string().openapi({
      description: "The address of the code's page.",
      example: "https://edgesmith.example/v1/docs/errors/not_found",
    }),
    title: z.string().openapi({ description: "The status in words.", example: "Not found" }),
    status: z.int().openapi({ description: "The HTTP status.", example: 404 }),
    detail: z
      .string()
      .openapi({ description: "What went wrong, in a sentence for a person.", example: "Project not found." }),
    instance: z.string().openapi({ description: "The requested path.", example: "/v1/projects/prj_0" }),
    // A plain string for clients, since a newer server may respond with codes unknown to them.
    code: z.string().openapi("ProblemCode", {
      enum: [...errorCodes],
      description: "What went wrong, for a program. Each code has a page at `/v1/docs/errors/{code}`.",
      example: "not_found",
    }),
    requestId: z.string().openapi({ description: "The request's id, as in `X-Request-Id`." }),
    errors: z.array(fieldError).optional().openapi({ description: "The invalid fields, each with a pointer." }),
  })
  .catchall(z.unknown())
  .openapi("Problem");

export type Problem = z.infer<typeof problem>;

const titles = {
  400: "Malformed request",
  401: "Missing or invalid credential",
  403: "Not allowed",
  404: "Not found, or not yours",
  405: "Method not allowed",
  409: "Conflict",
  410: "Gone",
  412: "Precondition failed",
  413: "Too large",
  415: "Unsupported media type",
  422: "Invalid content",
  429: "Too many requests",
  503: "A dependency is unavailable",
} as const;

type ProblemStatus = keyof typeof titles;

type RouteTraits = { method: string; path: string; access: string; limit: string; hasBody: boolean };

/** @returns the problems that any route with these properties can respond with */
export function commonProblems({ method, path, access, limit, hasBody }: RouteTraits) {
  const isKnown = access !== "public" && access !== "signed";
  const isKeyed = isKnown && method !== "get";
  const named = path.includes("{");
  const can: [ProblemStatus, boolean][] = [
    // The URL's encoding, a header, or malformed JSON.
    [400, true],
    // Public routes refuse an invalid credential too.
    [401, access !== "public" || limit !== "none"],
    [403, isKnown],
    [404, named || access === "admin"],
    // Concurrent requests with the same Idempotency-Key.
    [409, isKeyed],
    [413, hasBody],
    [415, hasBody],
    // An unknown query parameter.
    [422, true],
    [429, isKnown || limit !== "none"],
  ];
  return problems(...can.flatMap(([status, can]) => (can ? [status] : [])));
}

/** @returns the `responses` entries of a route for these problem statuses */
export function problems(...statuses: ProblemStatus[]) {
  const always: ProblemStatus[] = [405, 503];
  return Object.fromEntries(
    [...new Set([...statuses, ...always])].map((status) => [
      status,
      { description: titles[status], content: { "application/problem+json": { schema: problem } } },
    ]),
  );
}
