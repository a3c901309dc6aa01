import { Paperclip } from "lucide-react";
import { useRef } from "react";
import { IconButton } from "../ui/button.tsx";
import { addFiles } from "./attach-files.ts";

/** Picks images and text files for a prompt. Pasting and dropping files does the same. */
export function AttachButton({ draftKey, disabled = false }: { draftKey: string; disabled?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        aria-label="Files to attach"
        className="sr-only"
        tabIndex={-1}
        onChange={({ target }) => {
          void addFiles(draftKey, [...(target.files ?? [])]);
          target.value = "";
        }}
      />
      <IconButton label="Attach pictures or text files" disabled={disabled} onClick={() => input.current?.click()}>
        <Paperclip size={15} />
      </IconButton>
    </>
  );
}
