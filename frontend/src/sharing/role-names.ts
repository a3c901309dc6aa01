import type { ProjectRole } from "../../../worker/contract/index.ts";

/** The labels of the roles. */
export const roleNames: Record<ProjectRole, string> = { owner: "Owner", editor: "Editor", viewer: "Viewer" };

/** Why a viewer cannot change anything. */
export const viewerReason = "You can view this project. Ask its owner to make you an editor.";
