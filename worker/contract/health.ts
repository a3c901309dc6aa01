import { lazily } from "./lazily.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, z } from "./route.ts";

export type Ready = z.infer<typeof shapes.ready>;

const shapes = lazily(() => {
  const dependency = z.object({
    name: z.string(),
    required: z.boolean(),
    state: z.enum(["up", "down", "absent"]),
    latencyMs: z.number().nullable(),
  });
  const ready = z
    .object({
      status: z.enum(["ready", "degraded", "down"]),
      dependencies: z.array(dependency),
      model: z.object({
        configured: z.boolean(),
        scripted: z
          .boolean()
          .openapi({ description: "True when no model is configured and the scripted model answers." }),
        notice: z.string().nullable(),
      }),
      signIn: z.object({
        passwordReset: z.boolean().openapi({ description: "Whether a forgotten password can be reset by email." }),
        github: z
          .boolean()
          .openapi({ description: "Whether sign-in with GitHub is available besides email and password." }),
      }),
      imports: z.object({
        hosts: z.array(z.string()).openapi({
          description: "The Git hosts whose public repositories can be imported by address.",
          example: ["github.com", "codeberg.org"],
        }),
      }),
    })
    .openapi("Ready");

  return { ready };
});

export const healthRoutes = lazily(() => ({
  health: defineRoute({
    method: "get",
    path: "/v1/health",
    access: "public",
    limit: "none",
    tags: ["Health"],
    summary: "Whether the Worker responds, without a check of its dependencies",
    responses: { 200: json(z.object({ status: z.literal("ok"), version: z.string() }), "It answers") },
  }),
  ready: defineRoute({
    method: "get",
    path: "/v1/ready",
    access: "public",
    limit: "none",
    tags: ["Health"],
    summary: "Each dependency's state and latency",
    responses: { 200: json(shapes.ready, "Ready"), ...problems(503) },
  }),
}));
