import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { answerRun } from "../api/runs.ts";
import { Button } from "../ui/button.tsx";
import { rememberRun } from "./use-conversation.ts";

type QuestionProps = { runId: string; question: string; options: readonly string[] };

/** What a waiting run asks: an option to take, or an answer in one's own words. */
export function Question({ runId, question, options }: QuestionProps) {
  const id = useId();
  const answer = useMutation({ mutationFn: (text: string) => answerRun(runId, text), onSuccess: rememberRun });
  const waiting = answer.isPending || answer.isSuccess;
  return (
    <section aria-label="Question" className="rounded-lg border border-ember bg-ember-wash p-3.5">
      <p id={id} className="font-medium">
        {question}
      </p>
      {options.length > 0 && (
        <div className="mt-3 flex flex-wrap gap-2">
          {options.map((option) => (
            <Button
              key={option}
              disabled={waiting}
              className="h-auto min-h-9 max-w-full py-1 whitespace-normal"
              onClick={() => answer.mutate(option)}
            >
              {option}
            </Button>
          ))}
        </div>
      )}
      <form
        className="mt-3 flex gap-2"
        action={(data) => {
          const text = String(data.get("answer") ?? "").trim();
          if (text !== "") answer.mutate(text);
        }}
      >
        <input name="answer" aria-labelledby={id} className="input" placeholder="Answer in your own words" required />
        <Button tone="primary" type="submit" busy={waiting} className="h-auto">
          Answer
        </Button>
      </form>
    </section>
  );
}
