import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { readyQuery } from "../api/ready.ts";
import { linkClass } from "./entry-page.tsx";

/** Links to the password reset, if the server can send email. */
export function ForgotLink() {
  const offered = useQuery(readyQuery).data?.signIn?.passwordReset === true;
  if (!offered) return null;
  return (
    <p className="mt-4 text-center text-sm">
      <Link href="/forgot-password" className={linkClass}>
        Forgot your password?
      </Link>
    </p>
  );
}
