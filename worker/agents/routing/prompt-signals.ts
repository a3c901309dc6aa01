/** What a prompt is made of: what the person says, and signs of what they show. */
export type Shape = { said: string; signs: string[] };

/** Words of SQL in capitals, or a statement: someone who shows a query. */
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

/** Tells speech from what is shown beside it. */
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
