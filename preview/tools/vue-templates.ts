import { folderOf, resolvePath } from "./paths.ts";
import type { TypeFiles } from "./vue-types.ts";

/** The file that holds a component's template; `content` is null where it is not there. */
export type LinkedTemplate = { src: string; path: string; content: string | null };

/** Inside of a component's template `src` of another one means nothing, and that one does not begin a line. */
const LINKED = /^<template\b[^>]*?\ssrc\s*=\s*(?:"([^"]+)"|'([^']+)')/m;

/**
 * Reads the files of templates that are outside of their components, `<template src="./a.html">`, as Vite's plugin for Vue does.
 * @returns the components, each with its `linked` template where it has one
 */
export function withTemplates<Component extends { path: string; content: string }>(
  components: Component[],
  { readFile, resolve }: TypeFiles,
): Promise<(Component & { linked?: LinkedTemplate })[]> {
  return Promise.all(
    components.map(async (component) => {
      const [, inDouble, inSingle] = LINKED.exec(component.content) ?? [];
      const src = inDouble ?? inSingle;
      if (src === undefined) return component;
      const folder = folderOf(component.path);
      const path = src.startsWith(".") ? resolvePath(folder, src) : await resolve(src, folder);
      const content = path === null ? null : await readFile(path);
      return { ...component, linked: { src, path: path ?? src, content } };
    }),
  );
}
