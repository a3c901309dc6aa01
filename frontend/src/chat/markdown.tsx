import { memo, useMemo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { CodeBlock } from "./code-block.tsx";
import { FileLink } from "./file-link.tsx";
import { linkTarget } from "./link-target.ts";
import { markdownBlocks, openCodeOf } from "./markdown-blocks.ts";

// Model output is untrusted: react-markdown renders no raw HTML by default, and images are not loaded, since their URLs
// could leak the conversation.
const components: Components = {
  a: ({ href = "", children }) => {
    const target = linkTarget(href);
    if (target.kind === "file") return <FileLink {...target}>{children}</FileLink>;
    if (target.kind === "none") return <span>{children}</span>;
    return (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    );
  },
  img: ({ alt }) => <span className="text-faint">[image{alt ? `: ${alt}` : ""}]</span>,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
};
const plugins = [remarkGfm];

/** Renders a block of Markdown. Shows an unfinished code block as plain lines without parsing it. */
const Block = memo(function Block({ text }: { text: string }) {
  const open = openCodeOf(text);
  if (open !== null) {
    return (
      <CodeBlock>
        <code>{open.code}</code>
      </CodeBlock>
    );
  }
  return (
    <ReactMarkdown remarkPlugins={plugins} components={components}>
      {text}
    </ReactMarkdown>
  );
});

/** Renders Markdown as React elements, without an HTML string in between. Parses each finished block once. */
export default memo(function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => markdownBlocks(text), [text]);
  return (
    <div className="prose min-w-0 break-words">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: text only grows, so its blocks keep their position
        <Block key={index} text={block} />
      ))}
    </div>
  );
});
