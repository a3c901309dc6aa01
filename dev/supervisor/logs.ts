import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

export type LogSink = (text: string) => void;

const LARGE = 5 * 1024 * 1024;

/**
 * Creates one log file per child under `<data>/logs`. Keeps the output of earlier starts up to 5 MB, then one older
 * file.
 * @param verbose also writes to the terminal
 */
export function createLogs(dataDir: string, verbose: boolean) {
  const folder = join(dataDir, "logs");
  mkdirSync(folder, { recursive: true });
  return {
    folder,
    sink(name: string): LogSink {
      const path = join(folder, `${name}.log`);
      if (existsSync(path) && statSync(path).size > LARGE) renameSync(path, `${path}.old`);
      return (text) => {
        const lines = text.endsWith("\n") ? text : `${text}\n`;
        appendFileSync(path, lines);
        if (verbose) process.stderr.write(lines.replaceAll(/^(?=.)/gm, `[${name}] `));
      };
    },
  };
}
