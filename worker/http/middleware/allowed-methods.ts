type Route = { path: string; method: string };

/** The methods that some route takes at a path, for 405 and its Allow header. */
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
