import { useMutation } from "@tanstack/react-query";
import { FileArchive } from "lucide-react";
import { useRef } from "react";
import { useLocation } from "wouter";
import { importProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";

/** Makes a project of a zip archive. */
export function ImportButton() {
  const input = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const load = useMutation({
    mutationFn: importProject,
    onSuccess: (project) => {
      void queryClient.invalidateQueries({ queryKey: keys.projects });
      navigate(`/projects/${project.id}`);
    },
  });
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".zip,application/zip"
        aria-label="Archive to import"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const zip = event.target.files?.[0];
          if (zip !== undefined) load.mutate(zip);
          event.target.value = "";
        }}
      />
      <Button small busy={load.isPending} onClick={() => input.current?.click()}>
        <FileArchive size={13} /> Import a zip
      </Button>
    </>
  );
}
