import { lateStylesFunction } from "../late-styles.ts";

/** The address of the script that evaluates changed modules. A page loads it with the first newer build. */
export const HOT_SCRIPT = "/__edgesmith/hot.js";

/** The last line of a preview's script, through which the page evaluates a newer build's code in the script's scope. */
export const SCOPE_LINE = "globalThis.__edgesmithHot?.enter(import.meta.url, (code) => eval(code));\n";

/**
 * The function that replaces `import()` in a preview's scripts. Its name has the same length, so that source map
 * positions remain valid.
 */
export const LOAD = "$$load";

/**
 * The line that declares the function, also for pages without the client script, such as those that an app writes into
 * frames.
 */
export const LOAD_LINE = `function ${LOAD}(address) { const hot = globalThis.__edgesmithHot; return hot ? hot.load(address) : import(address); }\n`;

/**
 * Returns the first part of the client script. It keeps the scopes of the page's scripts, and records React's renderers
 * and roots, which React reports only to the hook of its developer tools.
 * @returns JavaScript that declares `hot`
 */
export function hotPart(): string {
  return `
  const hot = { scopes: new Map(), roots: new Map(), newest: new WeakMap(), modules: {} };
  hot.enter = (address, evaluate) => hot.scopes.set(new URL(address).pathname, evaluate);
  hot.loading = new Set();
  hot.styles = ${lateStylesFunction()};
  // The scripts that the page has imported later, by their addresses in any build.
  hot.opened = new Set();
  hot.import = (address) => {
    hot.opened.add(address);
    const styles = hot.styles(address);
    const loading = styles === null ? import(address) : styles.then(() => import(address));
    const done = () => hot.loading.delete(loading);
    hot.loading.add(loading);
    loading.then(done, done);
    return loading;
  };
  // Once the page shows a newer build, the hot script gives it the modules of that build.
  hot.load = hot.import;
  // Preact has no such hook: the runtime of the preview's JSX asks for the newest of a component.
  hot.newestOf = (type) => (typeof type === "function" && hot.newest.get(type)) || type;
  window.__edgesmithHot = hot;
  const devtools = (window.__REACT_DEVTOOLS_GLOBAL_HOOK__ ||= {
    renderers: new Map(), supportsFiber: true,
    inject(renderer) { this.renderers.set(this.renderers.size + 1, renderer); return this.renderers.size; },
    onScheduleFiberRoot() {}, onCommitFiberUnmount() {}, onPostCommitFiberRoot() {}, onCommitFiberRoot() {},
  });
  const committed = devtools.onCommitFiberRoot;
  devtools.onCommitFiberRoot = function (id, root, ...rest) {
    if (!hot.roots.has(id)) hot.roots.set(id, new Set());
    const state = root.current.memoizedState;
    if (state && state.element !== null) hot.roots.get(id).add(root);
    else hot.roots.get(id).delete(root);
    return committed.call(this, id, root, ...rest);
  };
`;
}
