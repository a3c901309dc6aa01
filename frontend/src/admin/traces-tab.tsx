import { useQuery } from "@tanstack/react-query";
import type { SubmitEvent } from "react";
import { useLocation, useSearch } from "wouter";
import type { RequestTrace } from "../../../worker/contract/index.ts";
import { getTrace } from "../api/admin.ts";
import { keys } from "../api/queries.ts";
import { Section } from "../settings/section.tsx";
import { Button } from "../ui/button.tsx";
import { Failure, Skeleton } from "../ui/feedback.tsx";
import { Field } from "../ui/field.tsx";
import { duration } from "./figures.ts";
import { depthsOf } from "./span-depths.ts";
import { Table } from "./table.tsx";

function Spans({ trace }: { trace: RequestTrace }) {
  const depths = depthsOf(trace.spans);
  const from = Math.min(...trace.spans.map(({ at }) => Date.parse(at)));
  return (
    <>
      <Table
        label="Spans"
        rows={trace.spans}
        keyOf={({ requestId, spanId }) => `${requestId} ${spanId}`}
        empty="No spans."
        columns={[
          {
            title: "Span",
            of: ({ spanId, kind, name }) => (
              <span className="stamp" style={{ paddingLeft: `${(depths.get(spanId) ?? 0) * 1.25}rem` }}>
                {kind} {name}
              </span>
            ),
          },
          { title: "Result", of: ({ ok }) => (ok ? "OK" : <span className="text-bad">Failed</span>) },
          { title: "Began", of: ({ at }) => `+${duration(Date.parse(at) - from)}`, isNumber: true },
          { title: "Took", of: ({ ms }) => duration(ms), isNumber: true },
        ]}
      />
      {trace.dropped > 0 && <p className="mt-2 text-xs text-faint">{trace.dropped} more spans were not kept.</p>}
    </>
  );
}

function Trace({ requestId }: { requestId: string }) {
  const query = useQuery({
    queryKey: keys.admin("trace", requestId),
    queryFn: () => getTrace(requestId),
    retry: false,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Spans trace={query.data} />;
}

/** Shows the spans of one request, looked up by the request's id. */
export function TracesTab() {
  const [, navigate] = useLocation();
  const requestId = new URLSearchParams(useSearch()).get("request") ?? "";
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("request")).trim();
    navigate(`/admin/traces?request=${encodeURIComponent(typed)}`);
  };
  return (
    <Section
      title="Traces"
      note="The calls of each request, and the runs and deliveries it started. Kept for two days."
    >
      <form onSubmit={submit} className="mb-4 flex items-end gap-2">
        <Field
          key={requestId}
          className="w-full max-w-md"
          label="Request id"
          name="request"
          required
          pattern="[\w\-]{8,64}"
          defaultValue={requestId}
        />
        <Button type="submit">Show</Button>
      </form>
      {requestId !== "" && <Trace requestId={requestId} />}
    </Section>
  );
}
