/**
 * Returns the part of the hot script that makes a framework replace mounted components by newer ones.
 * @returns JavaScript that declares `isComponentOf(value, name, module)` and `refresh(pairs)`
 */
export function frameworksPart(): string {
  return String.raw`
const isReactType = (value) => typeof value === "object" && value !== null && /^Symbol\(react\.(memo|forward_ref)\)$/.test(String(value.$$typeof));
const isVueComponent = (value) => typeof value === "object" && value !== null && typeof value.__hmrId === "string";
/** Svelte's component with its exchange, which the build has put on it. */
const isSvelteComponent = (value) => typeof value === "function" && typeof value.__hmrTake === "function";
const isClass = (value) => typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
const isClassComponent = (value) => typeof value === "function" && Boolean(value.prototype) && typeof value.prototype.render === "function";

/** Whether a variable is a component, which a framework takes without the modules that use it. */
const isComponentOf = (value, name, { path }) => {
  if (isVueComponent(value) || isSvelteComponent(value) || isReactType(value)) return true;
  if (typeof value !== "function" || !/\.(?:[jt]sx|mdx)(?:\?|$)/.test(path)) return false;
  return (/^[A-Z]/.test(name) || /_default\d*$/.test(name)) && (!isClass(value) || isClassComponent(value));
};

/** The arguments of a call, from behind its opening bracket. */
const argumentsAt = (text, start) => {
  let depth = 1;
  for (let end = start; end < text.length; end += 1) {
    if ("([{".includes(text[end])) depth += 1;
    if (")]}".includes(text[end])) depth -= 1;
    if (depth === 0) return text.slice(start, end);
  }
  return text.slice(start);
};

/** Returns a component's signature for fast refresh: its hook calls, their initial states and the hooks inside custom hooks. */
const hooksOf = (component, valueOf, seen = new Set()) => {
  const type = isReactType(component) ? component.type || component.render : component;
  if (isReactType(type)) return hooksOf(type, valueOf, seen);
  if (typeof type !== "function" || seen.has(type)) return "";
  seen.add(type);
  const text = Function.prototype.toString.call(type);
  const calls = text.matchAll(/(?:(?:const|let|var)\s+([^=;]+?)\s*=\s*)?(?:\(0,\s*)?([\w$.]*?\b(use[A-Z][\w$]*))\)?\(/g);
  return [...calls].map((call) => {
    const [whole, bound = "", , name] = call;
    const hook = name.replace(/\d+$/, "");
    const first = hook === "useState" ? argumentsAt(text, call.index + whole.length) : "";
    return [bound, hook, first, hooksOf(valueOf(name), valueOf, seen)].join("|");
  }).join("\n");
};

const families = new WeakMap();

/** Puts a newer type into the family of the older one, with the types inside of memo and forwardRef. */
const joinFamily = (older, newer, into) => {
  const family = families.get(older) || { current: older };
  families.set(older, family);
  families.set(newer, family);
  family.current = newer;
  into.add(family);
  for (const inner of ["type", "render"])
    if (isReactType(older) && isReactType(newer) && older[inner] && newer[inner]) joinFamily(older[inner], newer[inner], into);
};

const refreshReact = (pairs) => {
  const { renderers } = window.__REACT_DEVTOOLS_GLOBAL_HOOK__;
  const update = { updatedFamilies: new Set(), staleFamilies: new Set() };
  for (const { older, newer, isReset } of pairs) {
    joinFamily(older, newer, isReset || isClassComponent(newer) ? update.staleFamilies : update.updatedFamilies);
  }
  for (const [id, roots] of hot.roots) {
    const renderer = renderers.get(id);
    if (!renderer || !renderer.scheduleRefresh || !renderer.setRefreshHandler) return false;
    renderer.setRefreshHandler((type) => families.get(type));
    for (const root of roots) renderer.scheduleRefresh(root, update);
  }
  return true;
};

/** The mounted nodes of Preact, by the names that its builds give their properties. */
const preactNodes = function* (node) {
  if (!node || typeof node !== "object") return;
  if (node.__c && typeof node.type === "function") yield node;
  for (const child of node.__k || []) yield* preactNodes(child);
};
const preactRoots = () => [document, ...document.querySelectorAll("*")].map((element) => element.__k).filter(Boolean);

const refreshPreact = (pairs) => {
  const nodes = preactRoots().flatMap((root) => [...preactNodes(root)]);
  for (const { older, newer } of pairs) {
    if (isClassComponent(older) || isClassComponent(newer)) return false;
    hot.newest.set(older, newer);
    for (const previous of hot.olderThan.get(older) || []) hot.newest.set(previous, newer);
    hot.olderThan.set(newer, [older, ...(hot.olderThan.get(older) || [])]);
  }
  for (const { older, newer, isReset } of pairs) {
    for (const node of nodes.filter(({ type }) => type === older)) {
      node.type = newer;
      node.__c.constructor = newer;
      if (isReset && node.__c.__H) {
        for (const state of node.__c.__H.__) if (typeof state.__c === "function") state.__c();
        node.__c.__H = undefined;
      }
      node.__c.forceUpdate();
    }
  }
  return true;
};

const refreshVue = (pairs) => {
  const runtime = window.__VUE_HMR_RUNTIME__;
  if (!runtime) return false;
  for (const { older, newer, isReached } of pairs) {
    if (older.__hmrId !== newer.__hmrId) return false;
    // Elements carry the mark of a scoped style, and a render function reads the class names of style modules.
    const isStyledAlike = older.__scopeId === newer.__scopeId && JSON.stringify(older.__cssModules) === JSON.stringify(newer.__cssModules);
    if (newer.render && older.__hmrScript === newer.__hmrScript && isStyledAlike && !isReached) runtime.rerender(newer.__hmrId, newer.render);
    else runtime.reload(newer.__hmrId, newer);
  }
  return true;
};

/** Each place of the older component mounts the newer one, with its properties and without its state. */
const refreshSvelte = (pairs) => {
  for (const { older, newer } of pairs) {
    if (!isSvelteComponent(older)) return false;
    older.__hmrTake({ default: newer });
  }
  return true;
};

/** Whether each pair of an older and a newer component was taken by its framework. */
const refresh = (pairs) => {
  const ofVue = pairs.filter(({ newer }) => isVueComponent(newer));
  const ofSvelte = pairs.filter(({ newer }) => isSvelteComponent(newer));
  const others = pairs.filter(({ newer }) => !isVueComponent(newer) && !isSvelteComponent(newer));
  if (ofVue.length > 0 && !refreshVue(ofVue)) return false;
  if (ofSvelte.length > 0 && !refreshSvelte(ofSvelte)) return false;
  if (others.length === 0) return pairs.length > 0;
  if ([...hot.roots.values()].some((roots) => roots.size > 0)) return refreshReact(others);
  return preactRoots().length > 0 && refreshPreact(others);
};
`;
}
