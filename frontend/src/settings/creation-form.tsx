import { useMutation } from "@tanstack/react-query";
import { type ReactNode, type SubmitEvent, useRef } from "react";
import { queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";

type CreationFormProps<Input, Created> = {
  /** The label of the submit button. */
  action: string;
  /**
   * Validates the fields and shows errors at them.
   * @returns whether the form may be submitted
   */
  check?: (data: FormData) => boolean;
  inputOf: (data: FormData) => Input;
  create: (input: Input) => Promise<Created>;
  onCreated: (created: Created) => void;
  /** The query key of the list to refetch. */
  listKey: readonly string[];
  children: ReactNode;
};

/** A form that creates something and then resets. Shows the error of a failed request. */
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
