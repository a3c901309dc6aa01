/** A labelled figure in a list of figures. */
export function StatCard({ name, value }: { name: string; value: string }) {
  return (
    <div className="card px-4 py-3">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className="mt-0.5 font-medium tabular-nums">{value}</dd>
    </div>
  );
}
