import { call, type Part, type Task } from "../turn.ts";
import { callTools } from "./call-tools.ts";

/** A host that an app calls, why, and the name of the secret that its requests carry. */
export type Access = { host: string; reason: string; secret?: string };

/**
 * Asks the app's owner for a host, unless it is granted already.
 * @returns a sentence about the missing parts, or an empty string
 */
export function* allowed(task: Task, { host, reason, secret }: Access): Part<string> {
  const [known] = yield* callTools(
    task,
    "The app calls a service outside. I look at what its owner has granted.",
    call("list_access"),
  );
  if (known && !known.isError && known.text.includes(`"${host}"`)) return "";
  const key = secret === undefined ? "" : ` The key ${secret} is yours to enter: neither I nor the app ever see it.`;
  const [answer] = yield* callTools(
    task,
    `Whether the app may call ${host} is yours to decide.${key}`,
    call("request_access", { host, reason, ...(secret !== undefined && { secret }) }),
  );
  if (answer && !answer.isError && answer.text.includes(`${host} is granted`)) return "";
  return `\n\n${host} is not granted, and the app says so where it needs it. You can allow it at any time in the app's settings.`;
}
