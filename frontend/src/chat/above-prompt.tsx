import { AsideNote } from "./aside-note.tsx";
import { AttachmentList } from "./attachment-list.tsx";
import { SendError } from "./send-error.tsx";

/** `isAnswer`: whether the box answers a question, which accepts no attachments. */
type AbovePromptProps = { draftKey: string; refusal: unknown; isAnswer?: boolean };

/** Shows the error of a refused prompt, the draft that was set aside, and the attachments, above the prompt's text. */
export default function AbovePrompt({ draftKey, refusal, isAnswer = false }: AbovePromptProps) {
  return (
    <>
      {refusal !== null && <SendError draftKey={draftKey} refusal={refusal} />}
      {!isAnswer && <AsideNote draftKey={draftKey} />}
      {!isAnswer && <AttachmentList draftKey={draftKey} />}
    </>
  );
}
