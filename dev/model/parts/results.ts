import type { Outcome } from "../turn.ts";

/* A model understands any tool output; a script has to search it. These functions find paths, contents and diagnostics in JSON as well as in plain text, so that the tools' wording can change. */

export type Diagnostic = { path: string; line: number; message: string };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Yields every object anywhere in a JSON value. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (!isRecord(value)) return;
  if (!Array.isArray(value)) yield value;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

const pathLike = /(?:^|[\s"'`(,[])((?:[\w@.-]+\/)*[\w@.-]*\w\.[A-Za-z][\w]{0,7})(?=$|[\s"'`),:\]])/gm;

/** Returns the unique paths in the output of `list_files` or `search_files`. */
export function pathsIn(outcome: Outcome | undefined): string[] {
  if (!outcome || outcome.isError) return [];
  const value = json(outcome.text) ?? outcome.text.split("\n").map(json);
  const named = [...objectsIn(value)].flatMap((entry) => (typeof entry.path === "string" ? [entry.path] : []));
  const found = named.length > 0 ? named : [...outcome.text.matchAll(pathLike)].map(([, path = ""]) => path);
  return [...new Set(found)];
}

const unnumbered = (text: string): string => {
  const lines = text.split("\n");
  const numbered = /^\s*\d+(?:\t|→|[|:] ?)/;
  return lines.every((line) => line === "" || numbered.test(line))
    ? lines.map((line) => line.replace(numbered, "")).join("\n")
    : text;
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Returns the content of one file in the output of `read_files`, or undefined when it is absent. */
export function contentOf(outcome: Outcome | undefined, path: string): string | undefined {
  if (!outcome || outcome.isError) return undefined;
  for (const entry of objectsIn(json(outcome.text))) {
    if (entry.path === path && typeof entry.content === "string") return unnumbered(entry.content);
  }
  const name = escaped(path);
  const tagged = new RegExp(`<file[^>]*path="${name}"[^>]*>\\n?([\\s\\S]*?)\\n?</file[^>]*>`).exec(outcome.text);
  if (tagged) return unnumbered(tagged[1] ?? "");
  const fenced = new RegExp(`^.*${name}.*\\n+\`\`\`\\w*\\n([\\s\\S]*?)\\n\`\`\``, "m").exec(outcome.text);
  if (fenced) return unnumbered(fenced[1] ?? "");
  const headed = new RegExp(
    `^(#+|=+|-{2,})\\s*${name}\\b.*\\n([\\s\\S]*?)(?=\\n\\1\\s*\\S+\\.\\w+|$(?![\\s\\S]))`,
    "m",
  ).exec(outcome.text);
  return headed ? unnumbered(headed[2] ?? "") : undefined;
}

const diagnosticLine =
  /([\w@./-]+\.(?:tsx?|jsx?|mjs|css|html|json))[:(](\d+)(?:[:,]\d+)?\)?:?\s*-?\s*(error|warning)?\s*:?\s*(.+)/;

const logLine =
  /\b(?:server|browser|build) (error|warn|warning|info|log|debug): (.*?)(?: \(([\w@./-]+):(\d+)(?::\d+)?\))?$/;

function diagnosticOf(text: string): Diagnostic[] {
  const logged = logLine.exec(text);
  if (logged) {
    const [, level, message = "", path, line = "1"] = logged;
    return level === "error" && path ? [{ path, line: Number(line), message }] : [];
  }
  const [, path = "", line = "1", severity, message = ""] = diagnosticLine.exec(text) ?? [];
  const stack = /^\s*at /.test(text);
  return stack || path === "" || severity === "warning" ? [] : [{ path, line: Number(line), message }];
}

/** Parses the error in a line of `read_logs` that has a source position. */
function loggedIn(line: string): Diagnostic[] {
  return [...objectsIn(json(line))].flatMap(({ path, line: row, message, level }): Diagnostic[] => {
    if (level !== "error" || typeof path !== "string" || typeof message !== "string") return [];
    return [{ path, line: typeof row === "number" ? row : 1, message }];
  });
}

/** Returns the errors in the output of `check` or `read_logs`, without warnings. */
export function diagnosticsIn(outcome: Outcome | undefined): Diagnostic[] {
  if (!outcome) return [];
  const structured = [...objectsIn(json(outcome.text))].flatMap((entry): Diagnostic[] => {
    const { path, line, message, severity, level } = entry;
    if (typeof path !== "string" || typeof message !== "string") return [];
    const kind = severity ?? level ?? "error";
    return kind === "error" ? [{ path, line: typeof line === "number" ? line : 1, message }] : [];
  });
  if (structured.length > 0) return structured;
  // The end of a check lists messages logged in browsers, which are not build errors.
  const [built = ""] = outcome.text.split("\nIn a browser, since");
  return built.split("\n").flatMap((line) => (line.startsWith("{") ? loggedIn(line) : diagnosticOf(line)));
}
