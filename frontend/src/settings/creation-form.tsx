import { useMutation } from "@tanstack/react-query";
import { type ReactNode, type SubmitEvent, useRef } from "react";
import { queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";

type CreationFormProps<Input, Created> = {
  /** What its button says. */
  action: string;
  /** Says at the field what is wrong with it, and whether it may be sent. */
  check?: (data: FormData) => boolean;
  inputOf: (data: FormData) => Input;
  create: (input: Input) => Promise<Created>;
  onCreated: (created: Created) => void;
  /** The list that the new one belongs to. */
  listKey: readonly string[];
  children: ReactNode;
};

/** A form that makes something and is empty again afterwards; a refusal stands in it. */
export function CreationForm<Input, Created>(props: CreationFormProps<Input, Created>) {
  const { action, check = () => true, inputOf, create, onCreated, listKey, children } = props;
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
    const data = new FormData(event.currentTarget);
    if (check(data)) creation.mutate(inputOf(data));
  };
  return (
    <form ref={form} onSubmit={submit} className="card grid gap-4 p-4">
      {children}
      <Refusal error={creation.error} />
      <div>
        <Button tone="primary" type="submit" busy={creation.isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}
