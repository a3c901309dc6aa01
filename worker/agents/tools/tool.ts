import { z } from "zod";
import type { EmittedEvent } from "../../contract/index.ts";
import type { ToolDefinition } from "../model/port.ts";
import type { FileAccess, Workspace } from "../ports.ts";
import { repairInput } from "./repair-input.ts";

export type ToolContext = {
  workspace: Workspace;
  /** The smallest base of some paths: see loop/base-revisions.ts. */
  baseOf(paths: string[]): number;
  /** The id of the batch this call may apply: the same whenever the call runs again. */
  opId: string;
  /** The number in the marks around what this call gives: see fence.ts. */
  fence: string;
  /** Whether the call may have run before, in a process that did not live to store its result. */
  again: boolean;
};

export type ToolResult = {
  /** What the model reads. */
  content: string;
  isError?: boolean;
  /** Set where the content holds what others wrote (files, logs, answers of the app): the model is given it between marks. */
  isData?: boolean;
  /** What the run's viewers see beside the result. */
  events?: EmittedEvent[];
  touched?: FileAccess;
  /** Set by a call that only a person can answer. */
  ask?: { question: string; options?: string[] };
};

export type Tool = ToolDefinition & {
  name: string;
  /** `writes` changes files, `acts` may change what the running app stores; neither is offered in plan and ask mode. */
  effect: "reads" | "writes" | "acts";
  /** @throws AppError where the workspace refuses; the loop tells the model. */
  run(input: unknown, context: ToolContext): Promise<ToolResult>;
};

type Definition<Schema extends z.ZodType> = {
  name: string;
  description: string;
  effect: Tool["effect"];
  input: Schema;
  run(input: z.output<Schema>, context: ToolContext): Promise<ToolResult>;
};

export const refusal = (content: string): ToolResult => ({ content, isError: true });

/** A tool out of its zod schema: the JSON schema for the model comes from it, and so does the check of what the model sends. */
export function defineTool<Schema extends z.ZodType>(definition: Definition<Schema>): Tool {
  const { input: schema, run, ...rest } = definition;
  let inputSchema: ToolDefinition["inputSchema"] | undefined;
  return {
    ...rest,
    // Derived at its first use: to derive all tools' while the isolate starts took 5 of its 100 ms.
    get inputSchema() {
      inputSchema ??= jsonSchemaOf(schema);
      return inputSchema;
    },
    async run(input, context) {
      const parsed = schema.safeParse(input);
      if (parsed.success) return run(parsed.data, context);
      const mended = repairInput(schema, input);
      if (mended !== null) return run(mended, context);
      return refusal(`The input of ${definition.name} is not valid, nothing was done. ${faultsOf(parsed.error)}`);
    },
  };
}

function jsonSchemaOf(schema: z.ZodType): ToolDefinition["inputSchema"] {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(schema, { io: "input" });
  return inputSchema;
}

const faultsOf = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`).join("; ");
