declare namespace Cloudflare {
  /** Gives `ctx.exports` its types: the entry points of this Worker, callable with props. */
  interface GlobalProps {
    mainModule: typeof import("./index.ts");
    durableNamespaces: "PreviewApp" | "PublicApp";
  }
}
