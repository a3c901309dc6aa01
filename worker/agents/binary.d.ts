// wrangler bundles **/*.bin as data modules.
declare module "*.bin" {
  const bytes: ArrayBuffer;
  export default bytes;
}
