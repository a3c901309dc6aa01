import { Check, Copy } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { toast } from "../ui/toast.tsx";

const shownMs = 2_000;

/** A code block with a button that copies its content. */
export function CodeBlock({ children }: { children?: ReactNode }) {
  const ref = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(ref.current?.textContent ?? "").then(
      () => {
        setCopied(true);
        setTimeout(() => setCopied(false), shownMs);
      },
      () => toast("Couldn't copy. Select the code and copy it yourself.", "bad"),
    );
  return (
    <div className="group/code relative">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach */}
      <pre ref={ref} tabIndex={0}>
        {children}
      </pre>
      <button
        type="button"
        aria-label={copied ? "Copied" : "Copy code"}
        title={copied ? "Copied" : "Copy code"}
        onClick={() => void copy()}
        className="absolute top-1.5 right-1.5 grid size-7 place-items-center rounded-md border border-line bg-raised text-soft opacity-0 hover:text-ink focus-visible:opacity-100 group-hover/code:opacity-100 [@media(hover:none)]:opacity-100"
      >
        {copied ? <Check size={13} /> : <Copy size={13} />}
      </button>
    </div>
  );
}
