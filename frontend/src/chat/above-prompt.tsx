import { AsideNote } from "./aside-note.tsx";
import { AttachmentList } from "./attachment-list.tsx";
import { SendError } from "./send-error.tsx";

/** `isAnswer`: the box answers a question, which nothing goes with. */
type AbovePromptProps = { draftKey: string; refusal: unknown; isAnswer?: boolean };

/** The error of a refused prompt, the text that another one has replaced, and the attachments, above a prompt's text. */
export default function AbovePrompt({ draftKey, refusal, isAnswer = false }: AbovePromptProps) {
  return (
    <>
      {refusal !== null && <SendError draftKey={draftKey} refusal={refusal} />}
      {!isAnswer && <AsideNote draftKey={draftKey} />}
      {!isAnswer && <AttachmentList draftKey={draftKey} />}
    </>
  );
}
