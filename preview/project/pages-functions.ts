import type { SourceFiles } from "./source-files.ts";

/** A file of `functions/` and its route, such as `/api/:name` and `/files/:path*`. */
type FunctionFile = { path: string; segments: string[]; isMiddleware: boolean };

const FUNCTIONS = /^functions\/(.+)\.([cm]?[jt]s|[jt]sx)$/;

/** Lists a project's Cloudflare Pages functions; none without a `functions/` folder. */
function functionFiles(files: SourceFiles): FunctionFile[] {
  return [...files.keys()].flatMap((path) => {
    const name = FUNCTIONS.exec(path)?.[1];
    if (name === undefined || /\.(d|test|spec)$/.test(name)) return [];
    const parts = name.split("/");
    const last = parts.pop() ?? "";
    const isMiddleware = last === "_middleware";
    const named = isMiddleware || last === "index" ? parts : [...parts, last];
    return [{ path, segments: named.map(segmentOf), isMiddleware }];
  });
}

const segmentOf = (part: string): string => {
  const rest = /^\[\[(.+)\]\]$/.exec(part)?.[1];
  if (rest !== undefined) return `:${rest}*`;
  const one = /^\[(.+)\]$/.exec(part)?.[1];
  return one === undefined ? part : `:${one}`;
};

/** Literal segments precede parameters, and parameters precede wildcards. */
const rank = ({ segments }: FunctionFile): string =>
  segments.map((segment) => (segment.endsWith("*") ? "2" : segment.startsWith(":") ? "1" : "0")).join("") +
  (segments.at(-1)?.endsWith("*") ? "2" : "");

/**
 * Returns the paths that a project's Pages functions answer before its static files, as patterns with `*` at the end: a
 * middleware is around the files of its folder, too. https://developers.cloudflare.com/pages/functions/routing/
 */
export function functionRoutes(files: SourceFiles): string[] {
  const routes = functionFiles(files).flatMap(({ segments, isMiddleware }) => {
    const from = segments.findIndex((segment) => segment.startsWith(":"));
    const literal = from < 0 ? segments : segments.slice(0, from);
    const path = literal.map((segment) => `/${segment}`).join("");
    return isMiddleware || from >= 0 ? [path || "/", `${path}/*`] : [path || "/"];
  });
  return [...new Set(routes)];
}

/**
 * Writes the source of a server for a project's Pages functions; null without any.
 * @param at returns the specifier that imports a file of the project
 */
export function functionsServer(files: SourceFiles, at: (path: string) => string): string | null {
  const found = functionFiles(files).sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  if (!found.some(({ isMiddleware }) => !isMiddleware)) return null;
  const imports = found.map(({ path }, index) => `import * as module${index} from ${JSON.stringify(at(path))};`);
  const table = found.map(
    ({ segments, isMiddleware }, index) =>
      `{ module: module${index}, segments: ${JSON.stringify(segments)}, isMiddleware: ${isMiddleware} }`,
  );
  return `${imports.join("\n")}\nconst found = [${table.join(", ")}];\n${ROUTER}`;
}

const ROUTER = `
const partsOf = (pathname) => pathname.replace(/\\/$/, "").split("/").slice(1);

// Parameters are not decoded, a wildcard of no parts is absent, and letters match in either case.
function match(segments, parts, isPrefix) {
  const params = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.startsWith(":") && segment.endsWith("*")) {
      const rest = parts.slice(index);
      if (rest.length > 0) params[segment.slice(1, -1)] = rest;
      return rest.includes("") ? null : { params, path: "/" + parts.join("/") };
    }
    const part = parts[index];
    if (part === undefined || part === "") return null;
    if (segment.startsWith(":")) params[segment.slice(1)] = part;
    else if (segment.toLowerCase() !== part.toLowerCase()) return null;
  }
  const path = "/" + parts.slice(0, segments.length).join("/");
  return isPrefix || parts.length === segments.length ? { params, path } : null;
}

const handlersOf = (module, method) => {
  const handler = module["onRequest" + method[0] + method.slice(1).toLowerCase()] ?? module.onRequest;
  return handler === undefined ? [] : Array.isArray(handler) ? handler : [handler];
};

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    const parts = partsOf(pathname);
    const chain = [];
    const around = found.filter(({ isMiddleware }) => isMiddleware).sort((a, b) => a.segments.length - b.segments.length);
    for (const { module, segments } of around) {
      const at = match(segments, parts, true);
      if (at === null) continue;
      const path = parts.length === segments.length ? pathname : at.path;
      for (const handler of handlersOf(module, request.method)) chain.push({ handler, params: at.params, path });
    }
    for (const { module, segments, isMiddleware } of found) {
      const at = isMiddleware ? null : match(segments, parts, false);
      const handlers = at === null ? [] : handlersOf(module, request.method);
      if (handlers.length === 0) continue;
      for (const handler of handlers) chain.push({ handler, params: at.params, path: pathname });
      break;
    }
    const data = {};
    const run = (index, current) => {
      const step = chain[index];
      if (step === undefined) return env.ASSETS.fetch(current);
      const next = (input, init) => {
        if (input === undefined) return run(index + 1, current);
        return run(index + 1, new Request(typeof input === "string" ? new URL(input, current.url) : input, init));
      };
      const { handler, params, path } = step;
      return handler({ request: current, env, params, data, next, functionPath: path, waitUntil: (work) => ctx.waitUntil(work), passThroughOnException() {} });
    };
    return run(0, request);
  },
};
`;
