import { Button } from "../ui/button.tsx";

type QuestionProps = {
  question: string;
  options: readonly string[];
  /** The action to offer instead, if text does not answer the question. */
  hint?: string | undefined;
  answered: boolean;
  onAnswer: (text: string) => void;
};

const howTo = (options: number): string =>
  options > 0 ? "Choose an option or type your own answer." : "Type your answer below.";

/** Shows the question of a waiting run with the suggested answers. The composer takes a free-text answer. */
export function Question({ question, options, hint, answered, onAnswer }: QuestionProps) {
  return (
    <section aria-label="Question" className="rounded-lg border border-ember bg-ember-wash p-3.5">
      <p className="font-medium wrap-anywhere whitespace-pre-wrap">{question}</p>
      {options.length > 0 && (
        <div className="mt-3 flex flex-wrap gap-2">
          {options.map((option) => (
            <Button
              key={option}
              disabled={answered}
              className="h-auto min-h-9 max-w-full py-1 wrap-anywhere whitespace-normal!"
              onClick={() => onAnswer(option)}
            >
              {option}
            </Button>
          ))}
        </div>
      )}
      <p className="mt-2 text-xs text-soft">{answered ? "Sending your answer…" : (hint ?? howTo(options.length))}</p>
    </section>
  );
}
