import type { Program } from "./compile.ts";
import { isWord } from "./parse.ts";

/**
 * Whether a program matches anywhere in a line. Simulates all states at once, so the time is line length × program
 * size.
 */
export function matches(program: Program, line: string): boolean {
  const marks = new Uint32Array(program.length);
  let current: number[] = [];
  for (let at = 0; at <= line.length; at++) {
    const states: number[] = [];
    for (const state of [...current, 0]) if (follow(program, state, line, at, { marks, states })) return true;
    if (at === line.length) return false;
    const code = line.charCodeAt(at);
    current = states.flatMap((state) => {
      const instruction = program[state];
      return instruction?.op === "char" && instruction.test(code) ? [state + 1] : [];
    });
  }
  return false;
}

type Front = { marks: Uint32Array; states: number[] };

/**
 * Collects the states that are reachable without reading a character and that read one next.
 * @returns whether a match was reached
 */
function follow(program: Program, from: number, line: string, at: number, { marks, states }: Front): boolean {
  const waiting = [from];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    const instruction = program[state];
    if (instruction === undefined || marks[state] === at + 1) continue;
    marks[state] = at + 1;
    if (instruction.op === "match") return true;
    if (instruction.op === "char") states.push(state);
    else if (instruction.op === "jump") waiting.push(instruction.to);
    else if (instruction.op === "split") waiting.push(...instruction.to);
    else if (holds(instruction.at, line, at)) waiting.push(state + 1);
  }
  return false;
}

function holds(assertion: "start" | "end" | "word" | "not-word", line: string, at: number): boolean {
  if (assertion === "start") return at === 0;
  if (assertion === "end") return at === line.length;
  const before = at > 0 && isWord(line.charCodeAt(at - 1));
  const after = at < line.length && isWord(line.charCodeAt(at));
  return (before !== after) === (assertion === "word");
}
