import { expect, it } from "vitest";
import { hostIn } from "../../frontend/src/projects/host-in.ts";

it.each([
  ["https://my-bakery.example.com/menu?day=1", "my-bakery.example.com"],
  [" my-bakery.example.com ", "my-bakery.example.com"],
  ["http://app-01k9.localhost:8788", "app-01k9.localhost:8788"],
  ["My-Bakery.example.com", "my-bakery.example.com"],
  ["", null],
  ["   ", null],
  ["not an address", null],
])("The host of an address as people type it: %j", (text, host) => {
  expect(hostIn(text)).toBe(host);
});
