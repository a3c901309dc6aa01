import type { Context } from "../../accounts/index.ts";
import { type ImportedProject, newId } from "../../contract/index.ts";
import { importProject } from "../archive/import-project.ts";
import { fetchArchive } from "./fetch-archive.ts";
import { type Chosen, parseRepositoryAddress } from "./repository-address.ts";

type Input = Chosen & { name?: string | undefined };

/**
 * Creates a project from a public repository of a configured Git host.
 * @returns the project, with a report of the omitted files
 * @throws AppError `imports_not_configured`, `import_refused`, `payload_too_large`, `dependency_down`; the errors of
 *   `importProject`
 */
export async function importRepository(
  context: Context,
  { name, ...chosen }: Input,
  opId = newId("operation"),
): Promise<ImportedProject> {
  const repository = parseRepositoryAddress(chosen, context.config.gitHosts);
  const archive = await fetchArchive(repository);
  const { folder } = repository;
  const input = { name: name ?? repository.name, archive, ...(folder !== "" && { folder }) };
  return importProject(context, input, opId);
}
