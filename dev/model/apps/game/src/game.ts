export type Point = { x: number; y: number };
export type Game = { snake: Point[]; heading: Point; lantern: Point; score: number; over: boolean };

export const size = 20;

const same = (a: Point, b: Point) => a.x === b.x && a.y === b.y;

/** A free cell for the next lantern; `random` gives numbers from 0 up to 1. */
function freeCell(snake: Point[], random: () => number): Point {
  const free: Point[] = [];
  for (let x = 0; x < size; x++) {
    for (let y = 0; y < size; y++) {
      if (!snake.some((part) => same(part, { x, y }))) free.push({ x, y });
    }
  }
  return free[Math.floor(random() * free.length)] ?? { x: 0, y: 0 };
}

export function begin(random = Math.random): Game {
  const snake = [6, 5, 4].map((x) => ({ x, y: size / 2 }));
  return { snake, heading: { x: 1, y: 0 }, lantern: freeCell(snake, random), score: 0, over: false };
}

/** The game one step later. Turning back on the spot is ignored. */
export function step(game: Game, wish: Point, random = Math.random): Game {
  const [head] = game.snake;
  if (game.over || !head) return game;
  const back = wish.x === -game.heading.x && wish.y === -game.heading.y;
  const heading = back ? game.heading : wish;
  const next = { x: head.x + heading.x, y: head.y + heading.y };
  const eats = same(next, game.lantern);
  const body = eats ? game.snake : game.snake.slice(0, -1);
  const outside = next.x < 0 || next.y < 0 || next.x >= size || next.y >= size;
  if (outside || body.some((part) => same(part, next))) return { ...game, over: true };
  const snake = [next, ...body];
  return {
    snake,
    heading,
    lantern: eats ? freeCell(snake, random) : game.lantern,
    score: game.score + (eats ? 1 : 0),
    over: false,
  };
}
