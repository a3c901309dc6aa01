import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";

type CopyRowProps = {
  /** The name of the value, for the labels of its output and its button. */
  label: string;
  value: string;
  /** A short name shown before the value. */
  caption?: string;
};

/** Shows a value with a button that copies it. */
export function CopyRow({ label, value, caption }: CopyRowProps) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => toast("Couldn't copy. Select the text and copy it yourself.", "bad"),
    );
  return (
    <div className="flex min-w-0 items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
      {caption !== undefined && (
        <span aria-hidden="true" className="w-10 shrink-0 text-xs text-soft">
          {caption}
        </span>
      )}
      <output aria-label={label} className="stamp min-w-0 flex-1 break-all select-all">
        {value}
      </output>
      <IconButton label={copied ? `${label}: copied` : `Copy ${label}`} onClick={() => void copy()}>
        {copied ? <Check size={13} /> : <Copy size={13} />}
      </IconButton>
    </div>
  );
}
