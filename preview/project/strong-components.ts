type Edges<Node> = ReadonlyMap<Node, ReadonlySet<Node>>;

/**
 * Returns the strongly connected components of a graph, each behind those that it leads to. The search is depth-first and without
 * recursion, which thousands of modules in one chain would overflow.
 * @param edges where each node leads; a node that is no key of it is left out
 */
export function strongComponents<Node>(edges: Edges<Node>): Node[][] {
  const search = new Search(edges);
  for (const start of edges.keys()) search.from(start);
  return search.components;
}

class Search<Node> {
  readonly components: Node[][] = [];
  readonly #edges: Edges<Node>;
  readonly #order = new Map<Node, number>();
  readonly #lowest = new Map<Node, number>();
  /** The nodes that are in no component yet. */
  readonly #held: Node[] = [];
  readonly #isHeld = new Set<Node>();

  constructor(edges: Edges<Node>) {
    this.#edges = edges;
  }

  from(start: Node): void {
    if (this.#order.has(start)) return;
    const way = [this.#enter(start)];
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const next = last.open.pop();
      if (next !== undefined) {
        if (this.#isNew(next)) way.push(this.#enter(next));
        else if (this.#isHeld.has(next)) this.#lower(last.node, this.#order.get(next) ?? 0);
        continue;
      }
      way.pop();
      this.#leave(last.node);
      const above = way.at(-1);
      if (above !== undefined) this.#lower(above.node, this.#lowest.get(last.node) ?? 0);
    }
  }

  #isNew(node: Node): boolean {
    return !this.#order.has(node) && this.#edges.has(node);
  }

  #enter(node: Node): { node: Node; open: Node[] } {
    this.#lowest.set(node, this.#order.size);
    this.#order.set(node, this.#order.size);
    this.#held.push(node);
    this.#isHeld.add(node);
    return { node, open: [...(this.#edges.get(node) ?? [])].reverse() };
  }

  #leave(node: Node): void {
    if (this.#lowest.get(node) !== this.#order.get(node)) return;
    const component = this.#held.splice(this.#held.lastIndexOf(node));
    for (const one of component) this.#isHeld.delete(one);
    this.components.push(component.reverse());
  }

  #lower(node: Node, to: number): void {
    this.#lowest.set(node, Math.min(this.#lowest.get(node) ?? to, to));
  }
}
