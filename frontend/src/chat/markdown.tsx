import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

// What a model writes is untrusted: raw HTML is not rendered (react-markdown's default), and no image is ever fetched,
// since its address could carry what the conversation knows to someone else.
const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  img: ({ alt }) => <span className="text-faint">[image{alt ? `: ${alt}` : ""}]</span>,
};
const plugins = [remarkGfm];

/** Markdown as React elements, no HTML in between. */
export default memo(function Markdown({ text }: { text: string }) {
  return (
    <div className="prose min-w-0 break-words">
      <ReactMarkdown remarkPlugins={plugins} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
