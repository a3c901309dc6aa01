import { spawn } from "node:child_process";

export type Watchdog = {
  /** Kills this process group when the supervisor dies without stopping it. */
  guard(pid: number): void;
  release(pid: number): void;
  close(): void;
};

// A shell rather than Node: it costs 1 MB and no start-up time. It reads lines until the supervisor's end closes the
// pipe, even by kill -9, then sends each group SIGTERM and, after a grace period, SIGKILL.
const SCRIPT = `
trap '' INT TERM HUP
guarded=' '
while read -r what pid; do
  case "$what" in
    guard) guarded="$guarded$pid " ;;
    release) guarded=$(echo "$guarded" | sed "s/ $pid / /") ;;
  esac
done
for pid in $guarded; do kill -INT -"$pid" 2>/dev/null; done
[ "$guarded" = ' ' ] && exit 0
sleep 5
for pid in $guarded; do kill -KILL -"$pid" 2>/dev/null; done
`;

/** Starts a process that outlives the supervisor just long enough to kill its children. */
export function startWatchdog(): Watchdog {
  const shell = spawn("sh", ["-c", SCRIPT], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  shell.unref();
  const sendLine = (line: string) => {
    if (shell.stdin.writable) shell.stdin.write(`${line}\n`);
  };
  shell.on("error", (error) =>
    process.emitWarning(`No watchdog: a killed supervisor will leave children (${error.message})`),
  );
  return {
    guard: (pid) => sendLine(`guard ${pid}`),
    release: (pid) => sendLine(`release ${pid}`),
    close: () => shell.stdin.end(),
  };
}
