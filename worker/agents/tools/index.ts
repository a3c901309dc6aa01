import type { RunMode } from "../../contract/index.ts";
import { askUser } from "./ask-user.ts";
import { check } from "./check.ts";
import { deleteFiles } from "./delete-files.ts";
import { editFile } from "./edit-file.ts";
import { listFiles } from "./list-files.ts";
import { moveFile } from "./move-file.ts";
import { packageInfo } from "./package-info.ts";
import { readFiles } from "./read-files.ts";
import { readLogs } from "./read-logs.ts";
import { requestPreview } from "./request-preview.ts";
import { searchFiles } from "./search-files.ts";
import type { Tool } from "./tool.ts";
import { writeFiles } from "./write-files.ts";

/** Every tool there is, in the order in which models are told of them. */
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
  readLogs,
  packageInfo,
  askUser,
];

export const toolNames: string[] = tools.map((tool) => tool.name);

/** The tools an agent gets in a mode: its own, and of these, in plan and ask mode, only what changes nothing. */
export const toolsFor = (names: string[], mode: RunMode): Tool[] =>
  tools.filter((tool) => names.includes(tool.name) && (mode === "build" || tool.effect === "reads"));

export type { Tool } from "./tool.ts";
