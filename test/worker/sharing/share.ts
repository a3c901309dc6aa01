import type { Member, Membership, NewInvitation, Page } from "../../../worker/contract/index.ts";
import type { Account } from "../stage/client.ts";

type Invited = { role: "editor" | "viewer"; reusable?: boolean; email?: string };

export const invite = (owner: Account, projectId: string, body: Invited): Promise<NewInvitation> =>
  owner.expect<NewInvitation>(201, `/v1/projects/${projectId}/invitations`, { body });

export const accept = (account: Account, token: string): Promise<Membership> =>
  account.expect<Membership>(200, `/v1/invitations/${token}/accept`, { method: "POST" });

/** Makes an account a member of the owner's project. */
export async function share(owner: Account, projectId: string, account: Account, role: "editor" | "viewer") {
  const { token } = await invite(owner, projectId, { role });
  await accept(account, token);
}

export async function membersOf(caller: Account, projectId: string): Promise<Member[]> {
  return (await caller.expect<Page<Member>>(200, `/v1/projects/${projectId}/members`)).data;
}

export async function idOf(account: Account): Promise<string> {
  return (await account.expect<{ id: string }>(200, "/v1/me")).id;
}
