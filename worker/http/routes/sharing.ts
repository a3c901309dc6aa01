import type { Context } from "hono";
import { recordAudit } from "../../accounts/index.ts";
import { type Membership, sharingRoutes } from "../../contract/index.ts";
import { checkLimit, limiterOf } from "../../limits/index.ts";
import { closeVisits } from "../../preview/index.ts";
import { closeMember } from "../../runs/index.ts";
import {
  acceptInvitation,
  createInvitation,
  deleteInvitation,
  deleteMember,
  getOffer,
  listInvitations,
  listMembers,
  updateMember,
} from "../../sharing/index.ts";
import { wakeDeliveries } from "../../webhooks/index.ts";
import type { AppEnv } from "../environment.ts";
import { auditClient } from "../middleware/client-ip.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of a project's invitations and members. */
export function sharingRouter() {
  return newRouter()
    .openapi(withPolicies(sharingRoutes.createInvitation), async (c) => {
      const { id } = c.req.valid("param");
      const input = c.req.valid("json");
      if (input.mail && input.email !== undefined) await limitMails(c, input.email);
      return c.json(await createInvitation(requestContext(c), id, input, c.get("opId")), 201);
    })
    .openapi(withPolicies(sharingRoutes.listInvitations), async (c) => {
      const page = pageRequestOf(c, c.req.valid("query"));
      return c.json(await listInvitations(requestContext(c), c.req.valid("param").id, page), 200);
    })
    .openapi(withPolicies(sharingRoutes.deleteInvitation), async (c) => {
      const { id, invitationId } = c.req.valid("param");
      await deleteInvitation(requestContext(c), id, invitationId);
      return c.body(null, 204);
    })
    .openapi(withPolicies(sharingRoutes.getInvitation), async (c) =>
      c.json(await getOffer(requestContext(c), c.req.valid("param").token), 200),
    )
    .openapi(withPolicies(sharingRoutes.acceptInvitation), async (c) =>
      c.json(await accept(c, c.req.valid("param").token), 200),
    )
    .openapi(withPolicies(sharingRoutes.lookUpInvitation), async (c) =>
      c.json(await getOffer(requestContext(c), c.req.valid("json").token), 200),
    )
    .openapi(withPolicies(sharingRoutes.takeInvitation), async (c) =>
      c.json(await accept(c, c.req.valid("json").token), 200),
    )
    .openapi(withPolicies(sharingRoutes.listMembers), async (c) => {
      const page = pageRequestOf(c, c.req.valid("query"));
      return c.json(await listMembers(requestContext(c), c.req.valid("param").id, page), 200);
    })
    .openapi(withPolicies(sharingRoutes.updateMember), async (c) => {
      const { id: projectId, user: userId } = c.req.valid("param");
      const { role } = c.req.valid("json");
      const member = await updateMember(requestContext(c), { projectId, userId }, role, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      // The member's open pages reconnect and read the new role.
      c.executionCtx.waitUntil(closeMember(c.env, projectId, userId, "role"));
      return c.json(member, 200);
    })
    .openapi(withPolicies(sharingRoutes.deleteMember), async (c) => {
      const { id: projectId, user: userId } = c.req.valid("param");
      await deleteMember(requestContext(c), { projectId, userId }, c.get("opId"));
      c.executionCtx.waitUntil(wakeDeliveries(c.env));
      await closeConnections(c, projectId, userId);
      return c.body(null, 204);
    });
}

/** Accepts an invitation, and records it in the owner's log under the project, since no log may contain the token. */
async function accept(c: Context<AppEnv>, token: string): Promise<Membership> {
  const context = requestContext(c);
  const { joined, ...membership } = await acceptInvitation(context, token, c.get("opId"));
  if (joined !== null) {
    c.executionCtx.waitUntil(wakeDeliveries(c.env));
    const done = { action: "member.added", subject: `${membership.projectId}/${context.actor.ownerId}` } as const;
    await recordAudit(c.get("database"), joined, done, auditClient(c));
  }
  return membership;
}

/**
 * Counts a mail against the sending account, and against the recipient's address.
 * @throws AppError `rate_limited`, `dependency_down`
 */
async function limitMails(c: Context<AppEnv>, email: string): Promise<void> {
  const limiter = limiterOf(c.env, c.get("config"));
  await checkLimit({ limiter, class: "invitation-mail", key: requestContext(c).actor.ownerId });
  await checkLimit({ limiter, class: "invitation-mail-address", key: email.toLowerCase() });
}

/**
 * Closes a former member's streams and visits before the response, after which they receive nothing of the project. The
 * visits of the preview are already revoked; this closes their sockets.
 */
async function closeConnections(c: Context<AppEnv>, projectId: string, userId: string): Promise<void> {
  await Promise.all([
    closeMember(c.env, projectId, userId, "removed"),
    closeVisits(c.get("config"), c.env.PREVIEW, projectId),
  ]);
}
