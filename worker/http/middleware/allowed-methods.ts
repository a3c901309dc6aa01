type Route = { path: string; method: string };

/** @returns the methods that the routes accept at a path, for a 405 and its Allow header */
export function allowedMethods(routes: readonly Route[], path: string): string[] {
  const methods = routes
    .filter((route) => route.method !== "ALL" && patternOf(route.path).test(path))
    .map((route) => route.method);
  return [...new Set(methods)].sort();
}

function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll(/[.*+?^$()[\]\\|]/g, "\\$&")
    .replaceAll(/:\w+\{[^}]*\}/g, ".+")
    .replaceAll(/:\w+/g, "[^/]+")
    .replaceAll("\\*", ".*");
  return new RegExp(`^${pattern}$`);
}
