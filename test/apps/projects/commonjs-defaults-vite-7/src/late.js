import { kindOf } from "./kind-of.js";

export async function lateKinds() {
  const { default: CountUp } = await import("react-countup");
  return [CountUp, CountUp.default].map(kindOf);
}
