import { accessRequest } from "./access-request.ts";
import { routing } from "./agents.ts";
import { diagnostic } from "./diagnostic.ts";
import { timestamp } from "./ids.ts";
import { z } from "./route.ts";

// The union of run events: the entries of a run's log, which SSE frames, JSON pages and sockets carry.

export const usage = z
  .object({
    inputTokens: z.int(),
    outputTokens: z.int(),
    cacheReadTokens: z.int(),
    cacheWriteTokens: z.int(),
    microUsd: z.int(),
  })
  .openapi("Usage");
export type Usage = z.infer<typeof usage>;

export const runError = z.object({ code: z.string(), detail: z.string() });
export type RunError = z.infer<typeof runError>;

/** The result of a run. */
export const runOutcome = z.object({
  revision: z.int().nullable().openapi({ description: "The newest revision that the run created, or null." }),
  paths: z.array(z.string()).openapi({ description: "The paths that it changed, in all of its revisions." }),
  text: z.string().openapi({ description: "The agent's last text." }),
});
export type RunOutcome = z.infer<typeof runOutcome>;

const common = { seq: z.int(), runId: z.string(), at: timestamp };

const member = <Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...common, ...shape });

export const runEvent = z
  .discriminatedUnion("type", [
    member("run.created", { prompt: z.string(), mode: z.enum(["build", "plan", "ask"]), images: z.int().optional() }),
    member("run.routed", routing.shape),
    member("run.started", {
      model: z.string(),
      scripted: z.boolean(),
      rules: z
        .object({
          path: z.string(),
          bytes: z.int(),
          truncated: z.boolean().openapi({ description: "Whether the file is longer than a run reads." }),
        })
        .optional()
        .openapi({ description: "The project's file of rules that the run follows; absent without one." }),
    }),
    member("step.started", { step: z.int() }),
    member("text.delta", { step: z.int(), text: z.string() }),
    member("text.done", { step: z.int(), text: z.string() }),
    member("tool.started", { step: z.int(), toolUseId: z.string(), name: z.string() }),
    member("tool.delta", { toolUseId: z.string(), json: z.string() }),
    member("tool.done", {
      step: z.int(),
      toolUseId: z.string(),
      name: z.string(),
      input: z.unknown(),
      result: z.unknown(),
      isError: z.boolean(),
    }),
    member("revision.created", { revision: z.int(), paths: z.array(z.string()) }),
    member("check.done", { diagnostics: z.array(diagnostic) }),
    member("usage.updated", { usage }),
    member("step.retried", { step: z.int(), reason: z.string(), fromSeq: z.int() }),
    member("input.requested", {
      question: z.string(),
      options: z.array(z.string()).optional(),
      access: accessRequest.optional().openapi({ description: "The requested access, if the agent requests access." }),
    }),
    member("run.completed", { usage, ...runOutcome.shape }),
    member("run.failed", { error: runError, usage }),
    member("run.cancelled", { usage }),
  ])
  .openapi("RunEvent");

export type RunEvent = z.infer<typeof runEvent>;
export type RunEventType = RunEvent["type"];

type WithoutPlace<Event> = Event extends RunEvent ? Omit<Event, "seq" | "runId" | "at"> : never;
/** An event as the loop emits it; the log adds its number, its run and its time. */
export type EmittedEvent = WithoutPlace<RunEvent>;

export const terminalEventTypes = ["run.completed", "run.failed", "run.cancelled"] as const;
/** Whether an event of this type is a run's last one. */
export const isTerminal = (type: string): boolean => terminalEventTypes.some((terminal) => terminal === type);
