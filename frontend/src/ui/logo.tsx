export function Logo({ size = 22 }: { size?: number }) {
  return (
    <span className="inline-flex items-center gap-2">
      <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
        <path d="M2 6h20l-6 5.6h-3V16h4.5v3h-11v-3H11v-4.4C7 11.6 3.4 10 2 6z" className="fill-ember" />
      </svg>
      <span className="font-display text-lg font-semibold tracking-tight">Edgesmith</span>
    </span>
  );
}
