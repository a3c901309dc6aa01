import { errorCodes } from "../errors.ts";
import { lazily } from "./lazily.ts";
import { problems } from "./problem.ts";
import { defineRoute, z } from "./route.ts";

const page = (description: string) => ({
  description,
  content: { "text/html": { schema: z.string() } },
});

export const docsRoutes = lazily(() => ({
  openApiDocument: defineRoute({
    method: "get",
    path: "/v1/openapi.json",
    access: "public",
    limit: "none",
    tags: ["Documents"],
    summary: "This document",
    responses: {
      200: {
        description: "An OpenAPI 3.1 document",
        content: { "application/json": { schema: z.looseObject({ openapi: z.string() }) } },
      },
      ...problems(422),
    },
  }),
  docs: defineRoute({
    method: "get",
    path: "/v1/docs",
    access: "public",
    limit: "none",
    tags: ["Documents"],
    summary: "This document as a page to browse",
    responses: { 200: page("A page"), ...problems(422) },
  }),
  docsOfError: defineRoute({
    method: "get",
    path: "/v1/docs/errors/{code}",
    access: "public",
    limit: "none",
    tags: ["Documents"],
    summary: "What a problem's code means and what to do about it; a problem's `type` is this address",
    request: { params: z.object({ code: z.enum(errorCodes) }) },
    responses: { 200: page("A page"), ...problems(404, 422) },
  }),
}));
