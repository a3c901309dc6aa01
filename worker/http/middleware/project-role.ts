import type { Context } from "hono";
import { standingFault } from "../../accounts/index.ts";
import type { AppKind, ProjectRole, RoutesRole } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import { actAsMember, type Resource } from "../../sharing/index.ts";
import type { AppEnv } from "../environment.ts";

type RoleRoute = { path: string; role?: RoutesRole | undefined };

/** The kind of the resource that `{id}` names, by the beginning of the path. */
const kinds: [string, Resource["kind"]][] = [
  ["/v1/projects/{id}", "project"],
  ["/v1/runs/{id}", "run"],
  ["/v1/triggers/{id}", "trigger"],
];

/**
 * Looks up the caller's role in the project that the path names, and sets `memberActor` for a member.
 * @throws AppError `insufficient_role`
 */
export async function requireRouteRole(c: Context<AppEnv>, { path, role }: RoleRoute): Promise<void> {
  if (role === undefined) return;
  const kind = kinds.find(([beginning]) => path.startsWith(beginning))?.[1];
  const id = c.req.param("id");
  if (kind === undefined || id === undefined) throw new Error(`${path} has a role and names no project.`);
  await requireRole(c, { kind, id }, typeof role === "string" ? role : role[targetOf(c)]);
}

/** @returns the app that a request is about: by a segment of its path, or by the log that it reads */
function targetOf(c: Context<AppEnv>): AppKind {
  const target = c.req.param("target");
  const logs = c.req.queries("app") ?? [];
  if (target === "public" || logs.includes("published")) return "public";
  return target === "staging" || logs.includes("staged") ? "staging" : "preview";
}

/**
 * Looks up the caller's role in the project that a resource is or belongs to, and sets `memberActor` for a member. The
 * owner and strangers keep their own actor: the operation's statements filter by owner.
 * @throws AppError `insufficient_role`
 */
export async function requireRole(c: Context<AppEnv>, resource: Resource, needed: ProjectRole): Promise<void> {
  const actor = c.get("actor");
  if (actor !== null) c.set("memberActor", await actAsMember(c.get("database"), actor, resource, needed));
}

/**
 * Refuses a member's request that costs money or acts on other systems if the owner's account may not make it.
 * @throws AppError `forbidden`
 */
export function requireOwnersStanding(c: Context<AppEnv>): void {
  const member = c.get("memberActor") ?? null;
  if (standingFault(c.get("config"), member) === null) return;
  throw new AppError("forbidden", "The account of the project's owner can't do this right now. Ask the owner.");
}
