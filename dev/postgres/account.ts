import { execFileSync } from "node:child_process";
import { chownSync } from "node:fs";

/** The command prefix and the account under which to start a PostgreSQL program. */
export type Account = {
  command: (program: string, args: string[]) => { program: string; args: string[] };
  spawnOptions: { uid?: number; gid?: number };
  own: (path: string) => void;
};

/**
 * Chooses the account that runs PostgreSQL, which refuses to run as root. Other users run it as themselves; root runs
 * it as `postgres` if that account exists, otherwise as `nobody`, so that no account has to be created. Root's folders
 * are often closed to others (a clone in /root, a temporary folder), so with `setpriv` the server keeps the one
 * capability that lets it traverse them.
 */
export function chooseAccount(): Account {
  if (process.getuid?.() !== 0) {
    return { command: (program, args) => ({ program, args }), spawnOptions: {}, own: () => undefined };
  }
  const { uid, gid } = idsOf("postgres") ?? idsOf("nobody") ?? { uid: 65534, gid: 65534 };
  const own = (path: string) => chownSync(path, uid, gid);
  const keep = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--inh-caps=+dac_override"];
  keep.push("--ambient-caps=+dac_override", "--");
  if (!works("setpriv", [...keep, "true"])) {
    return { command: (program, args) => ({ program, args }), spawnOptions: { uid, gid }, own };
  }
  return {
    command: (program, args) => ({ program: "setpriv", args: [...keep, program, ...args] }),
    spawnOptions: {},
    own,
  };
}

function idsOf(account: string): { uid: number; gid: number } | undefined {
  try {
    const read = (flag: string) =>
      Number.parseInt(execFileSync("id", [flag, account], { encoding: "utf8", stdio: "pipe" }), 10);
    return { uid: read("-u"), gid: read("-g") };
  } catch {
    return undefined; // `id` fails when the account does not exist.
  }
}

function works(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false; // Not installed, or the container withholds the capability.
  }
}
