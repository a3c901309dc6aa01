import type { Project } from "../../../worker/contract/index.ts";
import { isRefusal } from "../api/client.ts";
import { createProject, deleteProject } from "../api/projects.ts";
import { type Attachment, settleAttachments } from "../chat/attachments.ts";
import { refuseDraft } from "../chat/drafts.ts";
import { startPrompt } from "../chat/start-prompt.ts";
import { nameFromPrompt } from "./name-from-prompt.ts";

/** A first prompt with its attachments. */
export type First = { prompt: string; attachments: readonly Attachment[] };

/**
 * Creates a project and starts its first run. Deletes the project again if the server refuses the run, and opens it if
 * the server does not respond.
 * @throws ApiError when the server refuses the project, the files or the run
 */
export async function startProject({ prompt, attachments }: First): Promise<Project> {
  const project = await createProject({ name: nameFromPrompt(prompt) });
  try {
    await startPrompt(project.id, { prompt, attachments });
  } catch (error) {
    // Without a response the run may have started, so its project must stay.
    if (isRefusal(error)) {
      await deleteProject(project.id);
      throw error;
    }
    refuseDraft(project.id, prompt, error);
    settleAttachments(project.id, [], attachments);
  }
  return project;
}
