/**
 * Returns the part of the client script that keeps a dropped file from replacing the builder's page around the app, as some browsers do
 * with a file that no page takes. The app itself takes files as it does once published: by its own listeners,
 * fields for files and editable texts.
 */
export function dropScript(): string {
  return `
  const takesFiles = ({ dataTransfer }, [target]) =>
    !dataTransfer || !dataTransfer.types.includes("Files") ||
    (target instanceof HTMLInputElement && target.type === "file") || (target instanceof HTMLElement && target.isContentEditable);
  for (const type of ["dragover", "drop"]) addEventListener(type, (event) => {
    if (takesFiles(event, event.composedPath())) return;
    // Added now, so that it runs after every listener of the page.
    addEventListener(type, () => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    }, { once: true });
  }, true);
`;
}
