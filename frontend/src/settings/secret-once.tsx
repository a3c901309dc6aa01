import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { toast } from "../ui/toast.tsx";

type SecretOnceProps = { title: string; secret: string; note: string; onClose: () => void };

/** Shows a secret, which the API returns only once. */
export function SecretOnce({ title, secret, note, onClose }: SecretOnceProps) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => setCopied(true),
      () => toast("Couldn't copy. Select the text and copy it yourself.", "bad"),
    );
  return (
    <Dialog title={title} closesBeside={false} onClose={onClose}>
      <p className="text-sm text-soft">{note}</p>
      <output
        aria-label="Secret"
        className="stamp mt-3 block rounded-md border border-line bg-sunken p-3 break-all select-all"
      >
        {secret}
      </output>
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={() => void copy()}>
          {copied ? <Check size={15} /> : <Copy size={15} />} {copied ? "Copied" : "Copy"}
        </Button>
        <Button tone="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
