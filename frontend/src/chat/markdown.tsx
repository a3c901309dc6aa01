import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

// Model output is untrusted: raw HTML is not rendered (react-markdown's default), and images are not loaded, since
// their URLs could leak the conversation.
const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  img: ({ alt }) => <span className="text-faint">[image{alt ? `: ${alt}` : ""}]</span>,
};
const plugins = [remarkGfm];

/** Renders Markdown as React elements, without HTML in between. */
export default memo(function Markdown({ text }: { text: string }) {
  return (
    <div className="prose min-w-0 break-words">
      <ReactMarkdown remarkPlugins={plugins} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
