import { promptText } from "./agents.ts";
import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, jsonBody, optionalBody, z } from "./route.ts";
import { text } from "./text.ts";
import { secretRotation } from "./webhooks.ts";

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
    disabledReason: z
      .string()
      .nullable()
      .openapi({ description: "Why it was disabled automatically; null otherwise." }),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
  })
  .openapi("Trigger");
export type Trigger = z.infer<typeof trigger>;

/** The maximum per account. */
export const maxTriggers = 20;

const newTrigger = trigger.extend({ secret: z.string() }).openapi("NewTrigger");
export type NewTrigger = z.infer<typeof newTrigger>;

/** Half the maximum of a run's prompt; the other half is for the values of placeholders. */
const maxTemplateLength = 16_000;

export const triggerInput = z.strictObject({
  kind: triggerKind,
  prompt: promptText.max(maxTemplateLength).openapi({
    description:
      "The prompt of the run. {{issue.title}} becomes that field of the payload, in quotes; {{event}} its type.",
  }),
  agent: text().min(1).max(64).optional(),
  events: z.array(text().min(1).max(100)).max(50).optional().openapi({
    description: "Types that start a run, such as issues or issues.opened; all types when the list is empty.",
  }),
});
export type TriggerInput = z.infer<typeof triggerInput>;

export const triggerUpdate = z.strictObject({
  prompt: triggerInput.shape.prompt.optional(),
  agent: text().min(1).max(64).nullable().optional().openapi({ description: "Null: the router chooses." }),
  events: triggerInput.shape.events,
  enabled: z.boolean().optional(),
});
export type TriggerUpdate = z.infer<typeof triggerUpdate>;

export const receipt = z
  .object({
    deliveryId: z.string().openapi({ description: "The sender's id of the delivery." }),
    event: z.string().nullable().openapi({ description: "The type of its event, if the delivery names one." }),
    status: z.enum(["started", "queued", "ignored", "refused", "received"]).openapi({
      description:
        "started: a run; queued: its run waits for your run limit; ignored: an event that starts nothing; refused: its run could " +
        "not be started, and starts when the delivery comes again; received: its run is being started.",
    }),
    runId: idOf("run").nullable(),
    error: z.string().nullable().openapi({ description: "The problem's code for a refused delivery." }),
    createdAt: timestamp,
  })
  .openapi("TriggerReceipt");
export type Receipt = z.infer<typeof receipt>;

/** Any JSON: the route verifies the signature over the raw bytes before it parses them, so no schema validates it. */
const jsonPayload = { "application/json": { schema: { description: "The sender's payload." } } };
const payload = { required: true, content: jsonPayload };

/** GitHub's alternative content type: a form with the JSON in its field `payload`. */
const payloadOrForm = {
  required: true,
  content: {
    ...jsonPayload,
    "application/x-www-form-urlencoded": {
      schema: { type: "object" as const, required: ["payload"], properties: { payload: { type: "string" as const } } },
    },
  },
};

const triggerPath = z.object({ id: idOf("trigger") });

export const triggerRoutes = lazily(() => ({
  createTrigger: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/triggers",
    access: "webhooks:write",
    role: "owner",
    audit: "trigger.created",
    // The secret that the response contains lets its holder start runs.
    alsoNeeds: "runs:write",
    limit: "write",
    tags: ["Triggers"],
    summary:
      "Create a trigger, with which signed webhooks of another system start runs. Only this response contains the signing secret. At most 20 per account",
    request: { params: projectPath, body: jsonBody(triggerInput) },
    responses: { 201: json(newTrigger, "The trigger"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  listTriggers: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/triggers",
    access: "webhooks:read",
    role: "owner",
    limit: "read",
    tags: ["Triggers"],
    summary: "The project's triggers, newest first",
    request: { params: projectPath, query: pageQuery },
    responses: { 200: json(pageOf(trigger), "A page of triggers"), ...problems(400, 401, 403, 404) },
  }),
  getTrigger: defineRoute({
    method: "get",
    path: "/v1/triggers/{id}",
    access: "webhooks:read",
    role: "owner",
    limit: "read",
    tags: ["Triggers"],
    summary: "One trigger",
    request: { params: triggerPath },
    responses: { 200: json(trigger, "The trigger"), ...problems(401, 403, 404) },
  }),
  updateTrigger: defineRoute({
    method: "patch",
    path: "/v1/triggers/{id}",
    access: "webhooks:write",
    role: "owner",
    alsoNeeds: "runs:write",
    audit: "trigger.updated",
    limit: "write",
    tags: ["Triggers"],
    summary: "Change a trigger's prompt or events, or disable or enable it",
    request: { params: triggerPath, body: jsonBody(triggerUpdate) },
    responses: { 200: json(trigger, "The trigger, changed"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  rotateTriggerSecret: defineRoute({
    method: "post",
    path: "/v1/triggers/{id}/rotate-secret",
    access: "webhooks:write",
    role: "owner",
    alsoNeeds: "runs:write",
    audit: "trigger.secret_rotated",
    limit: "write",
    tags: ["Triggers"],
    summary: "Replace the secret; an old secret stays valid until its overlap ends",
    request: { params: triggerPath, body: optionalBody(secretRotation) },
    responses: {
      200: json(newTrigger, "The trigger with its new secret"),
      ...problems(400, 401, 403, 404, 409, 415, 422),
    },
  }),
  listReceipts: defineRoute({
    method: "get",
    path: "/v1/triggers/{id}/receipts",
    access: "webhooks:read",
    role: "owner",
    limit: "read",
    tags: ["Triggers"],
    summary: "The signed deliveries and their outcomes, newest first",
    request: { params: triggerPath, query: pageQuery },
    responses: { 200: json(pageOf(receipt), "A page of receipts"), ...problems(400, 401, 403, 404) },
  }),
  deleteTrigger: defineRoute({
    method: "delete",
    path: "/v1/triggers/{id}",
    access: "webhooks:write",
    role: "owner",
    audit: "trigger.deleted",
    limit: "write",
    tags: ["Triggers"],
    summary: "Delete a trigger; later deliveries to it are refused",
    request: { params: triggerPath },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404) },
  }),
}));

export const inboundRoutes = lazily(() => ({
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
          changed: z.boolean().openapi({ description: "Whether it set a plan, now or at its first arrival." }),
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
    summary:
      "Start a run by a delivery to a trigger, or queue it when the run limit is reached; a repeated delivery gets the same " +
      "response and starts nothing",
    request: { params: triggerPath, body: payloadOrForm },
    responses: {
      202: json(
        z.object({
          runId: idOf("run").nullable().openapi({ description: "Null: an event that starts nothing, such as a ping." }),
        }),
        "Taken",
      ),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  }),
}));
