/** The parts of a prompt: the person's own words, and signals of the material beside them. */
export type Shape = { said: string; signs: string[] };

/** SQL keywords in capitals, or a statement: the prompt contains a query. */
const sql =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|ALTER TABLE|CREATE (TABLE|INDEX)|JOIN|GROUP BY)\b|\bselect\b.+\bfrom\b/;
const trace = /^\s*at .+[:(]\d+/m;
const errorName = /\b\w*(Error|Exception)\b|\bTS\d{4}\b|\berror:|\bERR[_!]/;
const httpFault = /\b(50[0-4]|40[0-4])\b/;
const httpVerb = /\b(GET|POST|PUT|PATCH|DELETE)\s+\/|\b(POST|PUT|PATCH)\b/;
const markup = /<\/?[a-z][\w-]*(\s[^>]*)?>/i;
const code = /```|\b(const|let|function|return|await|import)\b.*[=({;]|=>|\);/;
const path = /\b[\w-]+\.(tsx?|jsx?|mjs|css|html|json|md)\b/i;
const route = /(^|\s)\/[a-z][\w/:-]*/i;
const address = /https?:\/\/\S+/g;
const asks = /[?？]\s*$|[?？]/;

/** Separates the person's words from pasted material: code, stack traces and URLs. */
export function shapeOf(prompt: string): Shape {
  const said = prompt
    .replace(/```[\s\S]*?(```|$)/g, " ")
    .replace(/^\s*at .+[:(]\d+.*$/gm, " ")
    .replace(address, " ");
  const signs = Object.entries({ sql, trace, errorName, httpFault, httpVerb, markup, code, path, route, asks })
    .filter(([, pattern]) => pattern.test(prompt))
    .map(([name]) => `<${name}>`);
  return { said, signs };
}
