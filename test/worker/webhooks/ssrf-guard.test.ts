import { describe, expect, it } from "vitest";
import { checkUrl } from "../../../worker/webhooks/ssrf-guard.ts";

const passes = (url: string, allowLoopback = false): boolean => {
  try {
    checkUrl(url, { allowLoopback });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_url", errors: [{ pointer: "/url" }] });
    return false;
  }
};

const good = [
  "https://example.com",
  "https://hooks.example.com/a/b?c=d%20e",
  "https://example.com:443/",
  "https://example.com:8443/hook",
  "https://bücher.example/hook",
  "https://93.184.216.34/hook",
  "https://[2606:4700:4700::1111]/hook",
  `https://example.com/${"a".repeat(2_048 - 20)}`,
  "https://example.com/a.",
  "https://example.com/?host=localhost.",
  "https://a-b--c.example.com/hook",
  "https://1password.example.com",
  `https://${"a".repeat(63)}.example.com`,
  `https://${"a".repeat(59)}.${"b".repeat(59)}.${"c".repeat(59)}.${"d".repeat(59)}.${"e".repeat(9)}.com`,
  "https://metadata.example.com",
  "https://internal.example.com",
];

const hostile = {
  "not a URL": ["", "example.com", "https://", "https:///", "//example.com", "https://exa mple.com", "https://[::1"],
  "another scheme": ["http://example.com", "ftp://example.com", "file:///etc/passwd", "javascript:alert(1)", "data:,x"],
  "another port": [
    "https://example.com:80",
    "https://example.com:8080",
    "https://example.com:22",
    "https://example.com:0",
  ],
  "user info": [
    "https://user@example.com",
    "https://user:pass@example.com",
    "https://@example.com",
    "https://:@example.com",
  ],
  "a fragment": ["https://example.com/#", "https://example.com/#a", "https://example.com#@127.0.0.1/"],
  "too long": [`https://example.com/${"a".repeat(2_049 - 20)}`],
  "what the parser would rewrite": [
    " https://example.com",
    "https://example.com\n",
    "https://exam\tple.com",
    "https:\\\\example.com",
    "https://example.com\\@127.0.0.1/",
    "https://exam\u200bple.com",
    "https://exam\u00adple.com",
  ],
  loopback: [
    "https://localhost",
    "https://LOCALHOST./",
    "https://a.localhost",
    "https://127.0.0.1",
    "https://127.1",
    "https://127.0.0.1.",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.1",
    "https://0177.0.0.1",
    "https://017700000001",
    "https://%31%32%37.0.0.1",
    "https://１２７.０.０.１",
    "https://①②⑦.⓪.⓪.①",
    "https://[::1]",
    "https://[0:0:0:0:0:0:0:1]",
    "https://localhost:8443",
  ],
  "a private or reserved IPv4 address": [
    "https://0.0.0.0",
    "https://0",
    "https://10.0.0.1",
    "https://10.255.255.255",
    "https://100.64.0.1",
    "https://100.100.100.200",
    "https://169.254.169.254/latest/meta-data",
    "https://2852039166",
    "https://0xa9fea9fe",
    "https://0251.0376.0251.0376",
    "https://172.16.0.1",
    "https://172.31.255.255",
    "https://192.0.0.8",
    "https://192.0.2.1",
    "https://192.168.1.1",
    "https://198.18.0.1",
    "https://198.51.100.7",
    "https://203.0.113.7",
    "https://224.0.0.1",
    "https://255.255.255.255",
  ],
  "a private or reserved IPv6 address": [
    "https://[::]",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:7f00:1]",
    "https://[::ffff:10.0.0.1]",
    "https://[::ffff:93.184.216.34]",
    "https://[::127.0.0.1]",
    "https://[64:ff9b::7f00:1]",
    "https://[64:ff9b:1::1]",
    "https://[100::1]",
    "https://[2001::1]",
    "https://[2001:db8::1]",
    "https://[2002:7f00:1::]",
    "https://[3fff::1]",
    "https://[fc00::1]",
    "https://[fd00:ec2::254]",
    "https://[fe80::1]",
    "https://[fec0::1]",
    "https://[ff02::1]",
  ],
  "not a host name": [
    "https://example.com.",
    "https://example.com./hook",
    "https://example.com.:443",
    "https://example.com..",
    "https://example..com",
    "https://.example.com",
    "https://93.184.216.34.",
    "https://example.com。/",
    "https://-example.com",
    "https://example-.com",
    "https://foo.-bar.example.com",
    "https://foo_bar.example.com",
    "https://*.example.com",
    "https://a!b.example.com",
    `https://${"a".repeat(64)}.example.com`,
    `https://${"a.".repeat(126)}com`,
    "https://xn--.example.com",
  ],
  "a cloud's metadata": [
    "https://metadata.google.internal",
    "https://METADATA.google.internal/computeMetadata/v1/",
    "https://metadata.google.internal./",
    "https://ｍetadata.google.internal",
    "https://metadata.goog",
    "https://foo.metadata.goog",
    "https://metadata.azure.com",
    "https://metadata.azure.internal",
    "https://metadata.tencentyun.com",
    "https://metadata.packet.net",
    "https://api.metadata.cloud.ibm.com",
    "https://instance-data",
    "https://instance-data.ec2.internal",
    "https://168.63.129.16",
    "https://[fd20:ce::254]",
  ],
  "a name that is not public": [
    "https://foo.internal",
    "https://foo.localhost",
    "https://foo.localdomain",
    "https://foo.onion",
    "https://1.0.0.127.in-addr.arpa",
    "https://kubernetes.default.svc",
    "https://redis.service.consul",
    "https://rancher.traefik.me",
    "https://intranet",
    "https://metadata",
    "https://metadata.google.internal",
    "https://printer.local",
    "https://router.lan",
    "https://nas.home.arpa",
    "https://svc.corp",
    "https://127.0.0.1.nip.io",
    "https://localtest.me",
  ],
};

describe("a webhook's URL", () => {
  it.each(good)("A webhook's URL may be %s", (url) => expect(passes(url)).toBe(true));

  it.each(Object.entries(hostile).flatMap(([why, urls]) => urls.map((url) => [url, why])))(
    "A webhook's URL may not be %s: %s",
    (url) => expect(passes(url)).toBe(false),
  );

  it("A webhook's URL may be loopback and http when that is allowed, and still no private address", () => {
    for (const url of [
      "http://127.0.0.1:9999/hook",
      "http://localhost:1234",
      "https://[::1]:99",
      "http://a.localhost",
    ]) {
      expect(passes(url, true)).toBe(true);
    }
    for (const url of ["http://10.0.0.1", "https://169.254.169.254", "http://[::ffff:127.0.0.1]", "ftp://localhost"]) {
      expect(passes(url, true)).toBe(false);
    }
  });
});
