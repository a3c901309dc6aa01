/**
 * Returns the part of the client script that prevents a dropped file from replacing the builder's page around the app,
 * as some browsers do when no page handles the drop. The app itself handles files as it does once published: through
 * its own listeners, file inputs and editable texts.
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
