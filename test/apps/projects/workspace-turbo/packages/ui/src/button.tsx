import type { ComponentProps } from "react";
import { cn } from "@acme/ui";

export function Button({ className, ...props }: ComponentProps<"button">) {
  return <button className={cn("button", className)} {...props} />;
}
