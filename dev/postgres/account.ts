import { execFileSync } from "node:child_process";
import { chownSync } from "node:fs";

/** How a PostgreSQL program is started: what stands before it, and under which account. */
export type Account = {
  command: (program: string, args: string[]) => { program: string; args: string[] };
  spawnOptions: { uid?: number; gid?: number };
  own: (path: string) => void;
};

/**
 * PostgreSQL refuses to run as root. Anybody else runs it as themselves; root runs it as `postgres` where that account
 * exists, else as `nobody`, so that no account has to be made. Root's folders are often closed to others (a clone in
 * /root, a temporary folder), so where `setpriv` exists the server keeps the one capability that lets it pass.
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
    return undefined; // `id` fails where there is no such account.
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
