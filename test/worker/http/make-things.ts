import { inject } from "vitest";
import type { Grant, NewInvitation, NewTrigger, NewWebhook, Page, Session } from "../../../worker/contract/index.ts";
import { type Account, newProject, type Run } from "../stage/client.ts";
import type { Things } from "./requests.ts";

/**
 * Creates one resource of each type that a path can name: a project with a file, a run, a token, a webhook, a delivery,
 * a trigger, a variable, a secret, a grant and an invitation.
 */
export async function makeThings(ada: Account): Promise<Things> {
  const { id: project } = await newProject(ada);
  await ada.expect(201, `/v1/projects/${project}/batches`, {
    body: { operations: [{ op: "create", path: "a.txt", content: "a" }] },
  });
  await ada.expect(200, `/v1/projects/${project}/agents/helper`, {
    method: "PUT",
    body: { content: "---\nname: helper\ndescription: Helps.\n---\nYou help." },
  });
  const run = await ada.expect<Run>(202, `/v1/projects/${project}/runs`, {
    body: { prompt: '```script\n[{"text":"Hello."}]\n```' },
  });
  const token = await ada.expect<{ id: string }>(201, "/v1/tokens", { body: { name: "t", scopes: ["projects:read"] } });
  const webhook = await ada.expect<NewWebhook>(201, "/v1/webhooks", {
    body: { url: `${inject("receiverUrl")}/200/things`, events: ["preview.published"] },
  });
  const { deliveryId } = await ada.expect<{ deliveryId: string }>(202, `/v1/webhooks/${webhook.id}/test`, {
    method: "POST",
  });
  const trigger = await ada.expect<NewTrigger>(201, `/v1/projects/${project}/triggers`, {
    body: { kind: "standard", prompt: "Hello" },
  });
  const at = `/v1/projects/${project}`;
  await ada.expect(200, `${at}/variables/SHOP`, { method: "PUT", body: { value: "Tea" } });
  await ada.expect(200, `${at}/secrets/API_KEY`, { method: "PUT", body: { value: "a secret value" } });
  const grant = await ada.expect<Grant>(201, `${at}/grants`, { body: { host: "api.example.com" } });
  const invitation = await ada.expect<NewInvitation>(201, `${at}/invitations`, { body: { role: "viewer" } });
  const {
    data: [session],
  } = await ada.expect<Page<Session>>(200, "/v1/me/sessions");
  return {
    project,
    run: run.id,
    token: token.id,
    webhook: webhook.id,
    delivery: deliveryId,
    trigger: trigger.id,
    grant: grant.id,
    invitation: invitation.id,
    session: session?.id ?? "",
  };
}
