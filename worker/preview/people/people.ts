import type { Context } from "../../accounts/index.ts";
import type {
  InvitedPerson,
  Page,
  PeopleOf,
  PeopleRpc,
  Person,
  PersonInput,
  PersonUpdate,
  VisitorAccess,
} from "../../contract/index.ts";
import { type PageRequest, pageFrom } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { getProject } from "../../projects/index.ts";
import { callBuilder } from "../call-builder.ts";
import { originOf } from "../preview-host.ts";
import { getPublishedName } from "../publication/published-name.ts";
import { requireApp, requireStagedApp } from "../publication/staging.ts";
import { canMailVisitors, mailInvitation } from "./visitor-mail.ts";

type App = PeopleOf;
type One = App & { personId: string };

const noPerson = () => new AppError("not_found", "Person not found.");

/** The path at which an app signs people in by a link (preview/people/people-paths.ts). */
const linkPath = "/__edgesmith/sign-in/link";

/**
 * Lists an app's people, oldest first.
 * @throws AppError `not_found`, `invalid_cursor`
 */
export async function listPeople(
  context: Context,
  builder: PeopleRpc,
  app: App,
  page: PageRequest,
): Promise<Page<Person>> {
  await getProject(context, app.projectId);
  await requireApp(context, app);
  const { after, limit } = page;
  const people = await callBuilder(context, app.projectId, () => builder.listPeople(app, { after, limit: limit + 1 }));
  return pageFrom([...people], page, ({ id }) => id);
}

/**
 * Invites a person to an app by mail. An existing person gets another link, and the given roles.
 * @returns the person, and the link that signs them in, for an owner who sends it by other means
 * @throws AppError `not_found`, `limit_reached`, `dependency_down`
 */
export async function invitePerson(
  context: Context,
  builder: PeopleRpc,
  app: App,
  { email, name = "", roles = [] }: PersonInput,
): Promise<InvitedPerson> {
  const { config } = context;
  const project = await getProject(context, app.projectId);
  await requireApp(context, app);
  const invited = await callBuilder(context, app.projectId, () => builder.invitePerson(app, { email, name, roles }));
  if (invited === null)
    throw new AppError("limit_reached", "The app has the maximum number of people. Remove some first.");
  const origin = await originOfApp(context, app);
  const invitationUrl = `${origin}${linkPath}?${new URLSearchParams({ token: invited.token, to: "/" })}`;
  const mailed = canMailVisitors(config);
  if (mailed) await mailInvitation(config, { to: email, appName: project.name, link: invitationUrl });
  return { ...invited.person, invitationUrl, mailed };
}

async function originOfApp(context: Context, { projectId, target }: App): Promise<string> {
  if (target === "preview") return originOf(context.config, projectId);
  if (target === "public") return (await getPublishedName(context, projectId)).url;
  return (await requireStagedApp(context, projectId)).url;
}

/**
 * Changes a person's name or roles.
 * @throws AppError `not_found`, `dependency_down`
 */
export async function updatePerson(
  context: Context,
  builder: PeopleRpc,
  { personId, ...app }: One,
  { name, roles }: PersonUpdate,
): Promise<Person> {
  await getProject(context, app.projectId);
  await requireApp(context, app);
  const change = { ...(name !== undefined && { name }), ...(roles !== undefined && { roles }) };
  const person = await callBuilder(context, app.projectId, () => builder.updatePerson(app, personId, change));
  if (person === null) throw noPerson();
  return person;
}

/**
 * Removes a person from an app, with their sessions and open links.
 * @throws AppError `not_found`, `dependency_down`
 */
export async function removePerson(context: Context, builder: PeopleRpc, { personId, ...app }: One): Promise<void> {
  await getProject(context, app.projectId);
  await requireApp(context, app);
  const wasThere = await callBuilder(context, app.projectId, () => builder.removePerson(app, personId));
  if (!wasThere) throw noPerson();
}

/**
 * Returns who may use the published app.
 * @throws AppError `not_found`, `dependency_down`
 */
export async function getVisitorAccess(
  context: Context,
  builder: PeopleRpc,
  projectId: string,
): Promise<VisitorAccess> {
  await getProject(context, projectId);
  return callBuilder(context, projectId, () => builder.visitorAccess(projectId));
}

/**
 * Sets who may use the published app, from the next request on, and closes open sockets.
 * @throws AppError `not_found`, `dependency_down`
 */
export async function putVisitorAccess(
  context: Context,
  builder: PeopleRpc,
  projectId: string,
  access: VisitorAccess,
): Promise<VisitorAccess> {
  await getProject(context, projectId);
  await callBuilder(context, projectId, () => builder.setVisitorAccess(projectId, access));
  return access;
}
