import { useMutation } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { type SubmitEvent, useId, useRef, useState } from "react";
import { putAgent } from "../api/agents.ts";
import { isApiError } from "../api/client.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Refusal } from "../ui/feedback.tsx";
import { toast } from "../ui/toast.tsx";
import { nameIn } from "./agent-file.ts";

type AgentFormProps = {
  projectId: string;
  /** The name of the agent to edit; null for a new agent. */
  name: string | null;
  initial: string;
  onDone: () => void;
};

/** Selects the line with the error in the text area. */
function goToLine(area: HTMLTextAreaElement | null, line: number) {
  const lines = area?.value.split("\n") ?? [];
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area?.focus();
  area?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}

function useSave({ projectId, name, onDone }: AgentFormProps, onFault: (line: number) => void) {
  return useMutation({
    meta: { shown: true },
    mutationFn: (file: string) => {
      const named = name ?? nameIn(file);
      if (named === undefined) throw new Error("Add a name to the front matter.");
      return putAgent(projectId, named, file);
    },
    onSuccess: async ({ title }) => {
      await queryClient.invalidateQueries({ queryKey: keys.agents(projectId) });
      toast(`Agent “${title}” ${name === null ? "added" : "saved"}.`);
      onDone();
    },
    onError: (error) => {
      const line = isApiError(error) ? error.body.errors?.[0]?.line : undefined;
      if (line !== undefined) onFault(line);
    },
  });
}

/** The editor of an agent's Markdown file. It shows a validation error and selects the line that caused it. */
export function AgentForm(props: AgentFormProps) {
  const { name, initial, onDone } = props;
  const [file, setFile] = useState(initial);
  const area = useRef<HTMLTextAreaElement>(null);
  const upload = useRef<HTMLInputElement>(null);
  const id = useId();
  const save = useSave(props, (line) => goToLine(area.current, line));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(file);
  };
  return (
    <form onSubmit={submit} className="card grid gap-3 p-4">
      <div className="flex items-end justify-between gap-3">
        <label htmlFor={id} className="text-sm font-medium wrap-anywhere">
          {name === null ? "Agent file (Markdown)" : `${name}.md`}
        </label>
        <input
          ref={upload}
          type="file"
          accept=".md,text/markdown"
          aria-label="Agent file to upload"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            void event.target.files?.[0]?.text().then(setFile);
            event.target.value = "";
          }}
        />
        <Button small onClick={() => upload.current?.click()}>
          <FileUp size={13} /> Upload file
        </Button>
      </div>
      <textarea
        ref={area}
        id={id}
        required
        spellCheck={false}
        rows={16}
        className="input resize-y font-mono text-xs leading-5"
        aria-invalid={save.isError}
        value={file}
        onChange={(event) => setFile(event.target.value)}
      />
      <Refusal error={save.error} />
      <div className="flex gap-2">
        <Button tone="primary" type="submit" busy={save.isPending}>
          {name === null ? "Add agent" : "Save agent"}
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}
