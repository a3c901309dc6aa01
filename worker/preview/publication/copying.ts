import type { Context } from "../../accounts/index.ts";
import { type Copying, type PeopleRpc, type Project, type PublishedApp, projectOfLabel } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import {
  type Copyable,
  copyPublication,
  findCopyable,
  getCopyable,
  publicUrlOf,
  putCopyable,
} from "../../projects/index.ts";
import { requireAnswer } from "../call-builder.ts";
import { publishedAt } from "./published-at.ts";

/** Returns whether others may copy the published app. @throws AppError `not_found` */
export async function getCopying(context: Context, projectId: string): Promise<Copying> {
  return { allowed: await getCopyable(context, projectId) };
}

/** Allows or forbids others to copy the published app. @throws AppError `not_found` */
export async function putCopying(context: Context, projectId: string, { allowed }: Copying): Promise<Copying> {
  await putCopyable(context, projectId, allowed);
  return { allowed };
}

/**
 * Returns the published app at a host, which may be of any account.
 * @throws AppError `not_found` when nobody may copy the app, which reveals nothing else about it
 */
export async function getPublishedApp(context: Context, builder: PeopleRpc, host: string): Promise<PublishedApp> {
  const { projectId, name, publishedName, revision } = await copyableAt(context, builder, host);
  return { host, name, url: publicUrlOf(context.config, { id: projectId, name: publishedName }), revision };
}

type Input = { host: string; name: string | undefined };

/**
 * Creates a project of the caller's from the files of the published app at a host.
 * @throws AppError `not_found` when nobody may copy the app; the errors of `copyPublication`
 */
export async function copyPublishedApp(
  context: Context,
  builder: PeopleRpc,
  { host, name }: Input,
  opId?: string,
): Promise<Project> {
  const source = await copyableAt(context, builder, host);
  return copyPublication(context, { source, name: name ?? source.name }, opId);
}

async function copyableAt(context: Context, builder: PeopleRpc, host: string): Promise<Copyable> {
  const projectId = await projectAt(context, host.toLowerCase());
  const source = projectId === null ? null : await findCopyable(context.database, projectId);
  // An owner who limits an app to invited people does not expect everyone to read its source.
  const isForEveryone =
    source !== null && (await requireAnswer(builder.visitorAccess(source.projectId))) === "everyone";
  if (source === null || !isForEveryone) {
    throw new AppError("not_found", "No app at this address can be copied.");
  }
  return source;
}

function projectAt(context: Context, host: string): Promise<string | null> | string {
  const below = `.${context.config.previewDomain}`;
  const byId = host.endsWith(below) ? projectOfLabel(host.slice(0, -below.length)) : null;
  return byId ?? publishedAt(context, host);
}
