import { useMutation } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useRef } from "react";
import { type DataPlace, importDataTable } from "../api/data.ts";
import { keys, refetch } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { toast } from "../ui/toast.tsx";

/** Imports the rows of a CSV file into a table. */
export function ImportButton({ place, table }: { place: DataPlace; table: string }) {
  const input = useRef<HTMLInputElement>(null);
  const importing = useMutation({
    // Browsers may assign any type to a CSV file, so this sets the type.
    mutationFn: (file: File) => importDataTable(place, table, new Blob([file], { type: "text/csv" })),
    onSuccess: ({ inserted }) => {
      toast(`Imported ${plural(inserted, "row")}.`);
      void refetch(keys.data(place.id));
    },
  });
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv"
        aria-label="CSV file"
        className="hidden"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) importing.mutate(file);
          currentTarget.value = "";
        }}
      />
      <Button small tone="quiet" busy={importing.isPending} onClick={() => input.current?.click()}>
        <Upload size={13} /> Import CSV
      </Button>
    </>
  );
}
