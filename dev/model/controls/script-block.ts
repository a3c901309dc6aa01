import { z } from "zod";
import type { Conversation, Turn } from "../turn.ts";

const fence = /```script\s*\n([\s\S]*?)\n\s*```/;

const script = z.array(
  z.strictObject({
    text: z.string().optional(),
    tools: z
      .array(z.strictObject({ name: z.string(), input: z.record(z.string(), z.unknown()).default({}) }))
      .optional(),
    delayMs: z.number().min(0).max(600_000).optional(),
    paceMs: z.number().min(0).max(60_000).optional(),
  }),
);

function turnsIn(prompt: string): Turn[] {
  try {
    const turns = script.parse(JSON.parse(fence.exec(prompt)?.[1] ?? ""));
    return turns.map(({ tools, text, delayMs, paceMs }) => ({
      ...(text === undefined ? {} : { text }),
      ...(tools ? { calls: tools } : {}),
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(paceMs === undefined ? {} : { paceMs }),
    }));
  } catch (error) {
    return [
      { text: `The script in the prompt cannot be read: ${error instanceof Error ? error.message : String(error)}` },
    ];
  }
}

/** Plays the turns listed in the prompt, whatever the outcomes of their tool calls. A turn after a text is played when the client asks again. */
export const scriptBlock: Conversation = {
  name: "script in the prompt",
  example: '```script [{"tools": [{"name": "list_files"}]}, {"text": "Done."}] ```',
  matches: ({ prompt }) => fence.test(prompt),
  *play({ prompt }) {
    const turns = turnsIn(prompt);
    for (const [place, turn] of turns.entries()) {
      if (place === turns.length - 1 && (turn.calls ?? []).length === 0) return turn;
      yield turn;
    }
    return { text: "The script has ended." };
  },
};
