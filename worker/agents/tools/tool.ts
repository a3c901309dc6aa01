import { z } from "zod";
import type { AccessRequest, EmittedEvent } from "../../contract/index.ts";
import type { ToolDefinition } from "../model/port.ts";
import type { FileAccess, ResultImage, Workspace } from "../ports.ts";
import { repairInput } from "./repair-input.ts";

/** The context of one tool call. */
export type ToolContext = {
  workspace: Workspace;
  /** Returns the lowest base revision of some paths: see loop/base-revisions.ts. */
  baseOf(paths: string[]): number;
  /** The idempotency key of the batch that this call may apply; the same when the call runs again. */
  opId: string;
  /** The id of the fence around the result: see fence.ts. */
  fence: string;
  /** Whether the call may have run before, in a process that died before storing its result. */
  again: boolean;
  /** The number of page views in the run before this call. */
  views: number;
};

/** The result of one tool call. */
export type ToolResult = {
  /** The text that the model receives. */
  content: string;
  isError?: boolean;
  /**
   * Set when the content was written by others (files, logs, responses of the app): the model receives it in a fence.
   */
  isData?: boolean;
  /** A picture for the model, beside the content. */
  image?: ResultImage;
  /** Events for the run's viewers, in addition to the result. */
  events?: EmittedEvent[];
  touched?: FileAccess;
  /** Set by a call that only a person can answer. */
  ask?: { question: string; options?: string[]; access?: AccessRequest };
};

/** A tool: its definition for the model, and its implementation. */
export type Tool = ToolDefinition & {
  name: string;
  /** `writes` changes files, `acts` may change the running app's data; plan and ask mode offer neither. */
  effect: "reads" | "writes" | "acts";
  /**
   * Executes a call.
   * @throws AppError when the workspace refuses; the loop reports it to the model
   */
  run(input: unknown, context: ToolContext): Promise<ToolResult>;
};

type Definition<Schema extends z.ZodType> = {
  name: string;
  description: string;
  effect: Tool["effect"];
  /** Builds the schema on first use: an isolate that runs no agent needs none. */
  input: () => Schema;
  run(input: z.output<Schema>, context: ToolContext): Promise<ToolResult>;
};

/** Builds an error result for the model. */
export const refusal = (content: string): ToolResult => ({ content, isError: true });

/** Defines a tool by its zod schema, which yields the JSON schema for the model and validates the model's input. */
export function defineTool<Schema extends z.ZodType>(definition: Definition<Schema>): Tool {
  const { input, run, ...rest } = definition;
  let built: Schema | undefined;
  const schemaOf = () => {
    built ??= input();
    return built;
  };
  let inputSchema: ToolDefinition["inputSchema"] | undefined;
  return {
    ...rest,
    // Derived on first use: deriving every tool's schema at start-up took 5 of an isolate's 100 ms.
    get inputSchema() {
      inputSchema ??= jsonSchemaOf(schemaOf());
      return inputSchema;
    },
    async run(given, context) {
      const schema = schemaOf();
      const parsed = schema.safeParse(given);
      if (parsed.success) return run(parsed.data, context);
      const mended = repairInput(schema, given);
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
