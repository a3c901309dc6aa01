#!/usr/bin/env bash
# eventsource-parser 4.1.3 (the parser in most `fetch`-based SSE clients).
#
# An event has only the `id` of its own block. In the standard, an id remains until another one arrives, as in EventSource's `lastEventId`,
# and a block with only an id updates it too. So a client that reconnects with the last event's `id` loses its position if events come
# without one, and never sees an id that is sent alone to mark the position in a stream.
#
# Seen: `[{"id":"1","data":"a"},{"data":"b"},{"data":"c"}]`; the standard's ids are 1, 1 and 2.
# Way out: have the server write an id into each event, or read the ids from the text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error eventsource-parser@4.1.3 > /dev/null
cat > run.mjs <<'JS'
import { createParser } from "eventsource-parser";

const events = [];
const parser = createParser({ onEvent: (event) => events.push(event) });
parser.feed("id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\n");
console.log(JSON.stringify(events));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '[{"id":"1","data":"a"},{"data":"b"},{"data":"c"}]' ] || { echo "The behaviour has changed."; exit 1; }
