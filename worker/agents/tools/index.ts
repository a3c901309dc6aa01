import type { RunMode } from "../../contract/index.ts";
import type { ToolDefinition } from "../model/port.ts";
import { askUser } from "./ask-user.ts";
import { check } from "./check.ts";
import { deleteFiles } from "./delete-files.ts";
import { editFile } from "./edit-file.ts";
import { listAccess } from "./list-access.ts";
import { listFiles } from "./list-files.ts";
import { moveFile } from "./move-file.ts";
import { packageInfo } from "./package-info.ts";
import { readFiles } from "./read-files.ts";
import { readLogs } from "./read-logs.ts";
import { requestAccess } from "./request-access.ts";
import { requestPreview } from "./request-preview.ts";
import { searchFiles } from "./search-files.ts";
import type { Tool } from "./tool.ts";
import { viewPage } from "./view-page.ts";
import { writeFiles } from "./write-files.ts";

/** Every tool, in the order in which requests list them. */
export const tools: Tool[] = [
  listFiles,
  readFiles,
  searchFiles,
  writeFiles,
  editFile,
  moveFile,
  deleteFiles,
  check,
  requestPreview,
  viewPage,
  readLogs,
  packageInfo,
  listAccess,
  requestAccess,
  askUser,
];

export const toolNames: string[] = tools.map((tool) => tool.name);

const toolsByMode = new WeakMap<string[], Map<RunMode, Tool[]>>();

/**
 * Returns an agent's tools in a mode; plan and ask mode keep only those that change nothing. Returns the same array for
 * the same list of names, so that `definitionsOf` recognizes it.
 */
export function toolsFor(names: string[], mode: RunMode): Tool[] {
  const known = toolsByMode.get(names) ?? new Map<RunMode, Tool[]>();
  toolsByMode.set(names, known);
  const found =
    known.get(mode) ??
    tools.filter((tool) => names.includes(tool.name) && (mode === "build" || tool.effect === "reads"));
  known.set(mode, found);
  return found;
}

const definitions = new WeakMap<Tool[], ToolDefinition[]>();

/** Returns the definitions of tools as requests list them; the same list for the same tools. */
export function definitionsOf(offered: Tool[]): ToolDefinition[] {
  const known =
    definitions.get(offered) ??
    offered.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  definitions.set(offered, known);
  return known;
}

export type { Tool } from "./tool.ts";
