import { describe, expect, it } from "vitest";
import { withPlaces } from "../../preview/project/html-places.ts";

const at = (place: string) => ` data-edgesmith-at="index.html:${place}"`;

describe("withPlaces", () => {
  it("withPlaces writes line and column of its source onto each element that can be seen", () => {
    const html = `<!doctype html>
<html><head><title>A</title><script src="/a.js"></script></head>
<body>
  <h1 class="big">Hello</h1><IMG src=a.png>
  <p>One<br/>two
</body></html>`;
    expect(withPlaces("index.html", html)).toBe(`<!doctype html>
<html><head><title>A</title><script src="/a.js"></script></head>
<body${at("3:1")}>
  <h1${at("4:3")} class="big">Hello</h1><IMG${at("4:29")} src=a.png>
  <p${at("5:3")}>One<br${at("5:9")}/>two
</body></html>`);
  });

  it("withPlaces changes nothing in scripts, styles, comments and attributes that contain tags", () => {
    const html = `<script>"<p>"</script><style>a::after{content:"<p>"}</style><!-- <p> --><a title="<p>">x</a>`;
    expect(withPlaces("index.html", html)).toBe(html.replace("<a ", `<a${at("1:73")} `));
  });

  it("withPlaces escapes a path", () => {
    expect(withPlaces('a"b&.html', "<p>")).toBe('<p data-edgesmith-at="a&quot;b&amp;.html:1:1">');
  });
});
