import { spawn } from "node:child_process";

/**
 * Runs a program to its end. Its stdout is kept from the terminal, where the table is printed.
 * @returns its standard output
 * @throws Error when it cannot be started or ends with another code than 0
 */
export function runProgram(program: string, args: string[], cwd: string): Promise<string> {
  // In a group of its own: a signal to the caller's group would end it before the caller has found its processes.
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const pieces: Buffer[] = [];
  child.stdout?.on("data", (piece: Buffer) => pieces.push(piece));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(Buffer.concat(pieces).toString("utf8"));
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code ?? signal} in ${cwd}.`));
    });
  });
}
