import { describe, expect, it } from "vitest";
import { networksOf } from "../../../worker/contract/network.ts";
import { limitByNetwork, limitSignIn } from "../../../worker/limits/sign-in.ts";
import { counting } from "./counting.ts";

const never = async () => false;
const account = "ada@example.com";

describe("limitSignIn", () => {
  it("Five failures from five networks lock an account, except for a network with an earlier sign-in", async () => {
    const limiter = counting();
    for (let n = 0; n < 5; n += 1) await limitSignIn({ limiter, account, network: `192.0.2.${n}` }, never);
    const sixth = { limiter, account, network: "192.0.2.9" };
    await expect(limitSignIn(sixth, never)).rejects.toMatchObject({ code: "rate_limited" });
    await limitSignIn(sixth, async () => true);
  });

  it("Five failures lock one network out of an account, and no other network", async () => {
    const limiter = counting();
    const attacker = { limiter, account, network: "192.0.2.1" };
    for (let n = 0; n < 5; n += 1) await limitSignIn(attacker, never);
    for (let n = 0; n < 20; n += 1)
      await expect(limitSignIn(attacker, never)).rejects.toMatchObject({ code: "rate_limited" });
    await limitSignIn({ limiter, account, network: "192.0.2.2" }, never);
  });

  it("A successful attempt is refunded", async () => {
    const limiter = counting();
    const owner = { limiter, account, network: "192.0.2.1" };
    for (let n = 0; n < 30; n += 1) await (await limitSignIn(owner, never)).succeeded();
  });

  it("Twenty concurrent attempts count as five", async () => {
    const limiter = counting();
    const tries = Array.from({ length: 20 }, () => limitSignIn({ limiter, account, network: "192.0.2.1" }, never));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  });

  it("An attempt of a refused network is refunded, so that its owner can sign in when the lock ends", async () => {
    const limiter = counting();
    const failed = [];
    for (let n = 0; n < 5; n += 1) failed.push(await limitSignIn({ limiter, account, network: `192.0.2.${n}` }, never));
    const owner = { limiter, account, network: "198.51.100.1" };
    for (let n = 0; n < 10; n += 1)
      await expect(limitSignIn(owner, never)).rejects.toMatchObject({ code: "rate_limited" });
    await failed[0]?.succeeded();
    await limitSignIn(owner, never);
  });
});

describe("limitByNetwork", () => {
  it("A /64 has 20 attempts, and the /56 around it 200", async () => {
    const limiter = counting();
    const from = (subnet: number) => networksOf(`2001:db8:0:${subnet.toString(16)}::1`);
    for (let subnet = 0; subnet < 10; subnet += 1) {
      for (let n = 0; n < 20; n += 1) await limitByNetwork(limiter, "auth", from(subnet));
      await expect(limitByNetwork(limiter, "auth", from(subnet))).rejects.toMatchObject({ code: "rate_limited" });
    }
    await expect(limitByNetwork(limiter, "auth", from(10))).rejects.toMatchObject({ code: "rate_limited" });
    await limitByNetwork(limiter, "auth", networksOf("2001:db8:0:100::1"));
  });
});
