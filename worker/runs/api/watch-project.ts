import { accountOf, type Context } from "../../accounts/index.ts";
import type { Viewer } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { callerHeaders, credentialEnded } from "../feeds/callers.ts";
import { type SessionEnv, sessionOf } from "../session-client.ts";

const maxNameLength = 100;

/**
 * Opens the live feed of a project of the caller.
 * @returns the response to the WebSocket upgrade
 * @throws AppError `invalid_token`, `forbidden`
 */
export async function watchProject(
  context: Context,
  env: SessionEnv,
  { projectId, after, deltas }: { projectId: string; after: number | undefined; deltas: "on" | "off" },
): Promise<Response> {
  const query = new URLSearchParams({
    ...viewerOf(context),
    deltas,
    ...(after !== undefined && { after: String(after) }),
  });
  const headers = { Upgrade: "websocket", ...callerHeaders(context.actor) };
  const response = await sessionOf(env, projectId).fetch(`https://session/live?${query}`, { headers });
  if (response.status === 401) throw credentialEnded();
  return response;
}

function viewerOf({ actor }: Context): Viewer {
  const name = actor.name.slice(0, maxNameLength);
  if (actor.kind === "user") return { kind: "user", id: accountOf(actor), name };
  if (actor.kind === "token") return { kind: "token", id: actor.tokenId, name };
  throw new AppError("forbidden", "Only a signed-in person or an API token can watch a project.");
}
