import { FileText, LoaderCircle, X } from "lucide-react";
import { IconButton } from "../ui/button.tsx";
import { bytes } from "../ui/format.ts";
import { useAttachments } from "./attach-files.ts";
import type { Attachment } from "./attachments.ts";
import { removeAttachment } from "./kept-attachments.ts";

function Chip({ draftKey, one }: { draftKey: string; one: Attachment }) {
  return (
    <li className="flex max-w-56 items-center gap-1.5 rounded-md border border-line bg-sunken py-1 pr-1 pl-1.5 text-xs">
      {one.kind === "image" ? (
        <img
          src={`data:${one.image.mediaType};base64,${one.image.data}`}
          alt=""
          className="size-7 shrink-0 rounded object-cover"
        />
      ) : (
        <FileText size={14} className="shrink-0 text-faint" />
      )}
      <span title={one.name} className="min-w-0 truncate">
        {one.name}
      </span>
      <span className="shrink-0 text-faint">{bytes(one.bytes)}</span>
      <IconButton label={`Remove ${one.name}`} className="size-6!" onClick={() => removeAttachment(draftKey, one.id)}>
        <X size={12} />
      </IconButton>
    </li>
  );
}

/** The images and text files attached to a prompt. */
export function AttachmentList({ draftKey }: { draftKey: string }) {
  const { items, reading } = useAttachments(draftKey);
  if (items.length + reading === 0) return null;
  return (
    <ul aria-label="Attachments" className="flex max-h-28 flex-wrap gap-1.5 overflow-y-auto px-1 pt-1 pb-1.5">
      {items.map((one) => (
        <Chip key={one.id} draftKey={draftKey} one={one} />
      ))}
      {reading > 0 && (
        <li className="flex items-center gap-1.5 px-1.5 text-xs text-soft">
          <LoaderCircle size={13} className="animate-spin" /> Reading…
        </li>
      )}
    </ul>
  );
}
