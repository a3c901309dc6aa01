import { describe, expect, it } from "vitest";
import { networksOf } from "../../../worker/contract/network.ts";

describe("networksOf", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7", null],
    ["::ffff:192.0.2.7", "192.0.2.7", null],
    ["::FFFF:c000:207", "192.0.2.7", null],
    ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7", null],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1:0::/56"],
    ["2001:db8:1:2ff::1", "2001:db8:1:2ff::/64", "2001:db8:1:200::/56"],
    ["2001:DB8:0001:0002::", "2001:db8:1:2::/64", "2001:db8:1:0::/56"],
    ["fe80::1%eth0", "fe80:0:0:0::/64", "fe80:0:0:0::/56"],
    ["::1", "0:0:0:0::/64", "0:0:0:0::/56"],
    ["local", "local", null],
    ["not:an:address", "not:an:address", null],
  ])("The function networksOf counts %s as %s within %s", (address, own, around) => {
    expect(networksOf(address)).toEqual({ own, around });
  });

  it("The function networksOf counts all addresses of a /64 as one, and another /64 separately", () => {
    const first = networksOf("2001:db8:0:1::1").own;
    expect(networksOf("2001:db8:0:1:ffff:ffff:ffff:ffff").own).toBe(first);
    expect(networksOf("2001:db8:0:2::1").own).not.toBe(first);
  });
});
