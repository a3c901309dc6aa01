#!/usr/bin/env bash
# react-dom 19.3.1, `renderToStaticMarkup`.
#
# The markup of an element contains more than that element: an image adds `<link rel="preload">` in front of it, and `<title>` and `<meta>`
# move there from inside. That is correct for a page that React renders from `<html>` on. In an email, in a cell inserted with `innerHTML`,
# or in a feed, the first node is a link. `:first-child` and `firstElementChild` differ from those before React 19, and mail programs show
# or block a URL that nobody wrote.
#
# Seen: see the last lines.
# Way out: `loading="lazy"` on an image keeps the link away; look for the element by its name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error react@19.3.1 react-dom@19.3.1 > /dev/null
cat > run.mjs <<'JS'
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";

const image = (attributes) => createElement("div", null, createElement("img", { src: "/a.png", ...attributes }));
console.log(renderToStaticMarkup(image()));
console.log(renderToStaticMarkup(image({ loading: "lazy" })));
console.log(renderToStaticMarkup(createElement("section", null, createElement("title", null, "News"))));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '<link rel="preload" as="image" href="/a.png"/><div><img src="/a.png"/></div>
<div><img src="/a.png" loading="lazy"/></div>
<title>News</title><section></section>' ] || { echo "The behaviour has changed."; exit 1; }
