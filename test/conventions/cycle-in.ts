/**
 * Finds a cycle in a graph.
 * @param graph the nodes that each node leads to
 * @param starts the nodes to start at; all nodes by default
 * @returns the nodes of one cycle in order, with the first node again at the end; an empty list without a cycle
 */
export function cycleIn(graph: ReadonlyMap<string, string[]>, starts: Iterable<string> = graph.keys()): string[] {
  const done = new Set<string>();
  const visit = (node: string, trail: string[]): string[] => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...trail, node]);
      if (found.length > 0) return found;
    }
    done.add(node);
    return [];
  };
  for (const node of starts) {
    const found = visit(node, []);
    if (found.length > 0) return found;
  }
  return [];
}
