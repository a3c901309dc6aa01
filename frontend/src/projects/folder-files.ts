/** A file of an imported folder. `file` is null for a folder whose contents are not sent. */
export type FolderFile = { path: string; file: File | null };

/**
 * Folders with tens of thousands of files that the server skips. The browser sends only the folder's name, so that the
 * report can list it.
 */
const notWalked = new Set(["node_modules", ".git"]);

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/**
 * Reads dropped entries recursively.
 * @returns the files with their paths; a skipped folder's path ends with a slash
 * @throws DOMException when an entry cannot be read
 */
export async function readEntries(entries: readonly FileSystemEntry[], parent = ""): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  for (const entry of entries) {
    const path = `${parent}${entry.name}`;
    if (isFile(entry)) files.push({ path, file: await fileOf(entry) });
    else if (notWalked.has(entry.name)) files.push({ path: `${path}/`, file: null });
    else if (isFolder(entry)) files.push(...(await readEntries(await childrenOf(entry), `${path}/`)));
  }
  return files;
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/**
 * Reads all entries of a folder. Each call returns a batch (100 entries in Chromium), and an empty batch ends the list.
 */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Reads the files of a folder chosen in a file dialog, which returns all files below it. */
export function readChosen(files: readonly File[]): FolderFile[] {
  const found: FolderFile[] = [];
  const left = new Set<string>();
  for (const file of files) {
    const path = file.webkitRelativePath;
    const segments = path.split("/");
    const at = segments.findIndex((segment) => notWalked.has(segment));
    if (at < 0) found.push({ path, file });
    else left.add(`${segments.slice(0, at + 1).join("/")}/`);
  }
  return [...found, ...[...left].map((path) => ({ path, file: null }))];
}
