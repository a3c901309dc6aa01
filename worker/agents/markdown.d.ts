// wrangler.toml loads **/*.md as text modules.
declare module "*.md" {
  const text: string;
  export default text;
}
