import { promptText } from "./agents.ts";
import { idOf, timestamp } from "./ids.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, jsonBody, z } from "./route.ts";
import { text } from "./text.ts";

export const triggerKind = z.enum(["standard", "github"]).openapi({
  description: "How deliveries are signed: by Standard Webhooks, or as GitHub signs its webhooks.",
});
export type TriggerKind = z.infer<typeof triggerKind>;

export const trigger = z
  .object({
    id: idOf("trigger"),
    projectId: idOf("project"),
    kind: triggerKind,
    prompt: z.string(),
    agent: z.string().nullable(),
    events: z.array(z.string()),
    url: z.string().openapi({ description: "Where deliveries go." }),
    enabled: z.boolean().openapi({ description: "Whether deliveries start runs." }),
    disabledReason: z.string().nullable(),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
  })
  .openapi("Trigger");
export type Trigger = z.infer<typeof trigger>;

const newTrigger = trigger.extend({ secret: z.string() }).openapi("NewTrigger");
export type NewTrigger = z.infer<typeof newTrigger>;

/** Half of what a run's prompt may have: the other half is for what placeholders become. */
const longestTemplate = 16_000;

export const triggerInput = z.strictObject({
  kind: triggerKind,
  prompt: promptText.max(longestTemplate).openapi({
    description:
      "What the run is asked. {{issue.title}} becomes that field of the payload, in quotes; {{event}} its type.",
  }),
  agent: text().min(1).max(64).optional(),
  events: z
    .array(text().min(1).max(100))
    .max(50)
    .optional()
    .openapi({ description: "Types that start a run, such as issues or issues.opened; all, where there are none." }),
});
export type TriggerInput = z.infer<typeof triggerInput>;

/** Anything in JSON, as the sender makes it: it is verified by its bytes before it is read, so it is not validated here. */
const payload = {
  required: true,
  content: { "application/json": { schema: { description: "What the sender sends." } } },
};

const triggerPath = z.object({ id: idOf("trigger") });

export const triggerRoutes = {
  createTrigger: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/triggers",
    access: "webhooks:write",
    audit: "trigger.created",
    // Whoever has the secret starts runs by it.
    alsoNeeds: "runs:write",
    limit: "write",
    tags: ["Triggers"],
    summary: "Let signed webhooks of another system start runs; the secret to sign with is shown this once",
    request: { params: projectPath, body: jsonBody(triggerInput) },
    responses: { 201: json(newTrigger, "The trigger"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  listTriggers: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/triggers",
    access: "webhooks:read",
    limit: "read",
    tags: ["Triggers"],
    summary: "The project's triggers, newest first",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(trigger), "A page of triggers"), ...problems(400, 401, 403, 404) },
  }),
  deleteTrigger: defineRoute({
    method: "delete",
    path: "/v1/triggers/{id}",
    access: "webhooks:write",
    audit: "trigger.deleted",
    limit: "write",
    tags: ["Triggers"],
    summary: "Delete a trigger; what is sent to it from then on is refused",
    request: { params: triggerPath },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404) },
  }),
};

export const inboundRoutes = {
  receiveStripe: defineRoute({
    method: "post",
    path: "/v1/in/stripe",
    access: "signed",
    limit: "none",
    tags: ["Triggers"],
    summary: "Stripe's events: a subscription sets its account's plan",
    request: { body: payload },
    responses: {
      200: json(
        z.object({
          changed: z.boolean().openapi({ description: "Whether it set a plan, now or when it came first." }),
        }),
        "Taken",
      ),
      ...problems(400, 401, 404, 413, 415),
    },
  }),
  receiveDelivery: defineRoute({
    method: "post",
    path: "/v1/in/{id}",
    access: "signed",
    limit: "run",
    tags: ["Triggers"],
    summary: "A delivery to a trigger starts a run; the same delivery again is answered the same and starts nothing",
    request: { params: triggerPath, body: payload },
    responses: {
      202: json(
        z.object({
          runId: idOf("run").nullable().openapi({ description: "Null: an event that starts nothing, such as a ping." }),
        }),
        "Taken",
      ),
      ...problems(400, 401, 404, 413, 415, 422),
    },
  }),
};
