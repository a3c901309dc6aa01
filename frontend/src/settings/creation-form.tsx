import { useMutation } from "@tanstack/react-query";
import { type ReactNode, type SubmitEvent, useRef } from "react";
import { wordsOf } from "../api/client.ts";
import { queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";

type CreationFormProps<Input, Created> = {
  /** What its button says. */
  action: string;
  inputOf: (data: FormData) => Input;
  create: (input: Input) => Promise<Created>;
  onCreated: (created: Created) => void;
  /** The list that the new one belongs to. */
  listKey: readonly string[];
  children: ReactNode;
};

/** A form that makes something and is empty again afterwards; a refusal stands in it. */
export function CreationForm<Input, Created>(props: CreationFormProps<Input, Created>) {
  const { action, inputOf, create, onCreated, listKey, children } = props;
  const form = useRef<HTMLFormElement>(null);
  const creation = useMutation({
    meta: { shown: true },
    mutationFn: create,
    onSuccess: (created) => {
      form.current?.reset();
      onCreated(created);
      return queryClient.invalidateQueries({ queryKey: listKey });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    creation.mutate(inputOf(new FormData(event.currentTarget)));
  };
  return (
    <form ref={form} onSubmit={submit} className="card grid gap-4 p-4">
      {children}
      {creation.isError && (
        <p role="alert" className="text-sm text-bad">
          {wordsOf(creation.error)}
        </p>
      )}
      <div>
        <Button tone="primary" type="submit" busy={creation.isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}
