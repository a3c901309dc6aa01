import { Paperclip } from "lucide-react";
import { count } from "../ui/format.ts";
import { maxPromptLength } from "./prompt-limit.ts";

/** Explains that a prompt is sent as a file because it is too long for a message. */
export function LongTextNote({ text }: { text: string }) {
  const isLong = text.trim().length > maxPromptLength;
  return (
    <p role="status" className={isLong ? "flex items-center gap-1.5 px-2 py-1 text-xs text-soft" : "sr-only"}>
      {isLong && (
        <>
          <Paperclip size={12} className="shrink-0" /> {count(text.trim().length)} characters: sent as an attached file.
        </>
      )}
    </p>
  );
}
