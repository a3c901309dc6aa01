import mdx from "@mdx-js/rollup";
import react from "@vitejs/plugin-react";
import rehypeHighlight from "rehype-highlight";
import rehypeSlug from "rehype-slug";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkMdxFrontmatter from "remark-mdx-frontmatter";
import { defineConfig } from "vite";

/** Marks the links of a text, as plugins that projects write themselves do. */
const marked = () => (tree) => {
  const visit = (node) => {
    if (node.tagName === "a") node.properties.rel = "noopener";
    for (const child of node.children ?? []) visit(child);
  };
  visit(tree);
};

export default defineConfig({
  plugins: [
    {
      enforce: "pre",
      ...mdx({
        remarkPlugins: [remarkGfm, remarkFrontmatter, [remarkMdxFrontmatter, { name: "matter" }]],
        rehypePlugins: [rehypeSlug, [rehypeHighlight, { prefix: "code-" }], marked],
      }),
    },
    react({ include: /\.(jsx|js|mdx|md|tsx|ts)$/ }),
  ],
});
