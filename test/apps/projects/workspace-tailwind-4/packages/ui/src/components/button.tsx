import { type ReactNode, useState } from "react";
import { cn } from "@workspace/ui/lib/utils";

export function Button({ children }: { children: ReactNode }) {
  const [count, setCount] = useState(0);
  return (
    <button type="button" data-count={count} className={cn("px-6")} onClick={() => setCount(count + 1)}>
      {children}
    </button>
  );
}
