import { AppError } from "../../errors.ts";
import { type ArchiveEntry, type ArchiveSource, refuseBomb } from "./archive-source.ts";

/** The same maximum as that of `collectEntries` for a whole archive. */
const maxEntries = 100_000;

/**
 * Restricts an archive, in which a Git host has put everything into one folder, to a folder of the repository.
 * @param packedBytes the archive's size
 * @throws AppError `import_refused` when the folder does not exist, `invalid_archive` for a bomb outside of it, both from
 *   `list`
 */
export function folderSource<Entry extends ArchiveEntry>(
  source: ArchiveSource<Entry>,
  folder: string,
  packedBytes: number,
): ArchiveSource<Entry> {
  return {
    async *list() {
      let [entries, unpackedBytes, found] = [0, 0, 0];
      for await (const entry of source.list()) {
        entries += 1;
        unpackedBytes += entry.bytes;
        refuseBomb(unpackedBytes, packedBytes);
        if (entries > maxEntries) throw new AppError("project_too_large", "The repository has too many files.");
        const name = entry.name.replace(/^[^/]*\//, "");
        if (!name.startsWith(`${folder}/`) || name === `${folder}/`) continue;
        found += 1;
        yield { ...entry, name: name.slice(folder.length + 1) };
      }
      if (found === 0) throw new AppError("import_refused", `The repository has no folder “${folder}” with files.`);
    },
    read: (wanted) => source.read(wanted),
    isOwn: () => false,
  };
}
