import { unreachable } from "../../../errors.ts";
import { type CharTest, type Node, PatternFault } from "./parse.ts";

/** One instruction of the Thompson NFA. Targets are indexes into the program. */
type Instruction =
  | { op: "char"; test: CharTest }
  | { op: "assert"; at: "start" | "end" | "word" | "not-word" }
  | { op: "split"; to: [number, number] }
  | { op: "jump"; to: number }
  | { op: "match" };

/** A compiled pattern; it starts at the first instruction. */
export type Program = Instruction[];

const maxProgramLength = 1_000;

/**
 * Compiles a pattern to a program.
 * @throws PatternFault when the program with expanded counts is too large
 */
export function compile(node: Node): Program {
  const program: Program = [];
  emit(node, program);
  program.push({ op: "match" });
  return program;
}

function emit(node: Node, program: Program): void {
  if (program.length > maxProgramLength) throw new PatternFault("it is too large with its counts written out");
  switch (node.kind) {
    case "empty":
      return;
    case "char":
      program.push({ op: "char", test: node.test });
      return;
    case "assert":
      program.push({ op: "assert", at: node.at });
      return;
    case "all":
      for (const part of node.parts) emit(part, program);
      return;
    case "any":
      emitChoices(node.choices, program);
      return;
    case "repeat":
      emitRepeat(node, program);
      return;
    default:
      unreachable(node);
  }
}

function emitChoices(choices: Node[], program: Program): void {
  const ends: { op: "jump"; to: number }[] = [];
  for (const [place, choice] of choices.entries()) {
    if (place === choices.length - 1) {
      emit(choice, program);
      continue;
    }
    const split = { op: "split" as const, to: [program.length + 1, 0] as [number, number] };
    program.push(split);
    emit(choice, program);
    const end = { op: "jump" as const, to: 0 };
    program.push(end);
    ends.push(end);
    split.to[1] = program.length;
  }
  for (const end of ends) end.to = program.length;
}

function emitRepeat({ part, min, max }: Extract<Node, { kind: "repeat" }>, program: Program): void {
  for (let count = 0; count < min; count++) emit(part, program);
  if (max === Number.POSITIVE_INFINITY) {
    const start = program.length;
    const split = { op: "split" as const, to: [start + 1, 0] as [number, number] };
    program.push(split);
    emit(part, program);
    program.push({ op: "jump", to: start });
    split.to[1] = program.length;
    return;
  }
  const splits: { op: "split"; to: [number, number] }[] = [];
  for (let count = min; count < max; count++) {
    const split = { op: "split" as const, to: [program.length + 1, 0] as [number, number] };
    program.push(split);
    splits.push(split);
    emit(part, program);
  }
  for (const split of splits) split.to[1] = program.length;
}
