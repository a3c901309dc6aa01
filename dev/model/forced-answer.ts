import type { MessagesRequest } from "./anthropic/wire.ts";
import type { Turn } from "./turn.ts";

type Schema = Record<string, unknown>;

const isRecord = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Answers a request that prescribes the form of its response: a `tool_choice` that names a tool, or an output schema.
 * Of an enumeration it picks the value that the prompt mentions, so a router that asks a small model to choose from a
 * list receives one of its candidates.
 */
export function forcedTurn(request: MessagesRequest, prompt: string): Turn | undefined {
  const choice = request.tool_choice;
  const named = choice?.type === "tool" ? request.tools?.find((tool) => tool.name === choice.name) : undefined;
  if (named) {
    const input = sample(named.input_schema, prompt);
    return { calls: [{ name: named.name, input: isRecord(input) ? input : {} }] };
  }
  const format = request.output_config?.format;
  if (!isRecord(format) || !isRecord(format.schema)) return undefined;
  return { text: JSON.stringify(sample(format.schema, prompt)) };
}

/** Returns a minimal value that satisfies a JSON schema. */
function sample(schema: Schema, prompt: string): unknown {
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) {
    const words = prompt.toLowerCase();
    return (
      schema.enum.find((value) => typeof value === "string" && words.includes(value.toLowerCase())) ?? schema.enum[0]
    );
  }
  const variants = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(variants) && isRecord(variants[0])) return sample(variants[0], prompt);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object":
      return sampleObject(schema, prompt);
    case "array":
      return typeof schema.minItems === "number" && isRecord(schema.items) ? [sample(schema.items, prompt)] : [];
    case "integer":
    case "number":
      return typeof schema.minimum === "number" ? schema.minimum : 0;
    case "boolean":
      return false;
    case "null":
      return null;
    default:
      return "Chosen by the scripted model.";
  }
}

function sampleObject(schema: Schema, prompt: string): Schema {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : Object.keys(properties);
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) =>
      required.includes(key) && isRecord(value) ? [[key, sample(value, prompt)]] : [],
    ),
  );
}
