import { begin, type Game, type Point, size, step } from "./game.ts";

const find = <T extends HTMLElement>(selector: string): T => {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return element;
};

const board = find<HTMLCanvasElement>("#board");
const pen = board.getContext("2d");
const cell = board.width / size;

const keys: Record<string, Point> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  w: { x: 0, y: -1 },
  s: { x: 0, y: 1 },
  a: { x: -1, y: 0 },
  d: { x: 1, y: 0 },
};

let game: Game = begin();
let wish = game.heading;
let timer: number | undefined;

function draw() {
  if (!pen) return;
  pen.fillStyle = "#141226";
  pen.fillRect(0, 0, board.width, board.height);
  pen.shadowBlur = 24;
  pen.shadowColor = pen.fillStyle = "#ffb347";
  pen.beginPath();
  pen.arc((game.lantern.x + 0.5) * cell, (game.lantern.y + 0.5) * cell, cell * 0.34, 0, 2 * Math.PI);
  pen.fill();
  pen.shadowBlur = 0;
  for (const [place, part] of game.snake.entries()) {
    pen.fillStyle = place === 0 ? "#c9f27b" : `hsl(${95 + place * 3} 55% ${Math.max(30, 58 - place)}%)`;
    pen.beginPath();
    pen.roundRect(part.x * cell + 1.5, part.y * cell + 1.5, cell - 3, cell - 3, 8);
    pen.fill();
  }
}

function tick() {
  game = step(game, wish);
  find("#score").textContent = String(game.score);
  draw();
  if (game.over) {
    find("#message").textContent = `Over, with ${game.score} lanterns. Press an arrow key to play again.`;
    timer = undefined;
  } else {
    timer = window.setTimeout(tick, Math.max(60, 140 - game.score * 3));
  }
}

function steer(direction: Point) {
  if (timer === undefined) {
    game = begin();
    find("#message").textContent = "Collect the lanterns, and mind your tail.";
    timer = window.setTimeout(tick, 140);
  }
  wish = direction;
}

document.addEventListener("keydown", (event) => {
  const direction = keys[event.key];
  if (!direction) return;
  event.preventDefault();
  steer(direction);
});

let touch: Point | undefined;
board.addEventListener("pointerdown", (event) => {
  touch = { x: event.clientX, y: event.clientY };
});
board.addEventListener("pointerup", (event) => {
  if (!touch) return;
  const [x, y] = [event.clientX - touch.x, event.clientY - touch.y];
  if (Math.hypot(x, y) < 20) return;
  steer(Math.abs(x) > Math.abs(y) ? { x: Math.sign(x), y: 0 } : { x: 0, y: Math.sign(y) });
});

draw();
