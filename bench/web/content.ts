import type { FileEntry, Message, Project, Run, RunEvent } from "../../worker/contract/index.ts";

// The projects that the pages show: a tree of 2,000 files, a file of 3,000 lines, a conversation of 500 turns.

export const at = "2026-11-28T12:00:00.000Z";
const usage = { inputTokens: 900, outputTokens: 400, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 5_000 };
export const projectId = "proj_01jd0000000000000000000000";
export const longFile = "src/pages/long.ts";
const lines = 3_000;
const turns = 500;

const sha256 = (seed: number): string => seed.toString(16).padStart(64, "0");

const entry = (path: string, seed: number, revision: number): FileEntry => ({
  path,
  bytes: 1_000 + seed,
  sha256: sha256(seed),
  language: "typescript",
  encoding: "utf-8",
  revision,
});

/** Returns the files of a revision: each revision changed one of them. */
export const filesAt = (revision: number): FileEntry[] => [
  ...Array.from({ length: 2_000 }, (_, file) => {
    const isChanged = file < revision - 1;
    return entry(
      `src/part-${Math.floor(file / 20)}/file-${file}.ts`,
      file + (isChanged ? 10_000 : 0),
      isChanged ? revision : 1,
    );
  }),
  entry(longFile, 9_999, 1),
];

export const longText = Array.from(
  { length: lines },
  (_, line) => `export const value${line} = compute(${line}, "a text of line ${line}");\n`,
).join("");

export const projectAt = (head: number): Project => ({
  id: projectId,
  name: "Large",
  description: "",
  head,
  role: "owner",
  visibility: "private",
  published: null,
  createdAt: at,
  updatedAt: at,
});

const timeOf = (turn: number): string => new Date(Date.parse(at) + turn * 60_000).toISOString();
const runIdOf = (turn: number): string => `run_${String(turn).padStart(26, "0")}`;

const answer = (turn: number): string =>
  `I changed **part ${turn}**.\n\n- It has a list\n- and \`code\`\n\n${"It was a longer explanation of what was done and why. ".repeat(6)}\n\n\`\`\`ts\nconst turn = ${turn};\n\`\`\``;

const runOf = (turn: number): Run => ({
  id: runIdOf(turn),
  projectId,
  status: "completed",
  prompt: `Change part ${turn} of the app`,
  agent: "fullstack",
  routing: { agent: "fullstack", confidence: 0.9, reason: "It fits.", method: "lexical", candidates: [] },
  mode: "build",
  scripted: false,
  usage,
  lastSeq: 12,
  createdAt: timeOf(turn),
  startedAt: timeOf(turn),
  endedAt: timeOf(turn),
});

/** The runs, newest first. */
export const runs: Run[] = Array.from({ length: turns }, (_, index) => runOf(turns - 1 - index));

const tool = (name: string, input: unknown, result: string) => ({
  type: "tool" as const,
  name,
  input,
  result,
  isError: false,
});

/** The stored messages, newest first: each turn has a prompt and an answer with tools. */
export const messages: Message[] = runs.flatMap((run, index) => {
  const turn = turns - 1 - index;
  const path = `src/part-${turn % 100}/file-${turn}.ts`;
  const changes = [{ path, action: "updated", bytes: 100 }];
  const common = { runId: run.id, createdAt: run.createdAt };
  return [
    {
      ...common,
      id: `msg_${String(turn * 2 + 1).padStart(26, "0")}`,
      role: "assistant",
      agent: "fullstack",
      content: [
        { type: "text", text: answer(turn) },
        tool(
          "write_files",
          { files: [{ path, content: "const a = 1;\n" }] },
          JSON.stringify({ revision: turn + 1, changes }),
        ),
        tool("check", {}, "The app builds."),
        { type: "text", text: "All done." },
      ],
    },
    {
      ...common,
      id: `msg_${String(turn * 2).padStart(26, "0")}`,
      role: "user",
      agent: null,
      content: [{ type: "text", text: run.prompt }],
    },
  ];
});

const { endedAt: _ended, ...newest } = runOf(turns);

/** The run that writes the long file. */
export const streamedRun: Run = {
  ...newest,
  id: "run_0zzzzzzzzzzzzzzzzzzzzzzzzz",
  status: "running",
  prompt: "Write the long file",
  createdAt: timeOf(turns + 1),
};

type Unplaced = { type: RunEvent["type"] } & Record<string, unknown>;

/** The events of a run that writes the long file: most of it at once, the rest as deltas of a token each. */
export function streamedEvents(deltas: number): { burst: Unplaced[]; tokens: Unplaced[] } {
  const json = JSON.stringify({ files: [{ path: longFile, content: longText }] });
  const tokenLength = 4;
  const cut = json.length - deltas * tokenLength - 4;
  const delta = (text: string): Unplaced => ({ type: "tool.delta", toolUseId: "t1", json: text });
  return {
    burst: [
      { type: "run.created", prompt: streamedRun.prompt, mode: "build" },
      { type: "run.started", model: "bench", scripted: false },
      { type: "step.started", step: 1 },
      { type: "tool.started", step: 1, toolUseId: "t1", name: "write_files" },
      ...Array.from({ length: 50 }, (_, part) => delta(json.slice((cut * part) / 50, (cut * (part + 1)) / 50))),
    ],
    tokens: Array.from({ length: deltas }, (_, token) =>
      delta(json.slice(cut + token * tokenLength, cut + (token + 1) * tokenLength)),
    ),
  };
}
