export type Day = { date: Date; revenue: number; orders: number };

/** Example data: the same numbers on every visit, with a weekly rhythm and a slow rise. */
export function lastDays(count: number): Day[] {
  const today = new Date();
  return Array.from({ length: count }, (_, place) => {
    const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() - (count - 1 - place));
    const serial = Math.floor(date.getTime() / 86_400_000);
    const noise = Math.abs(Math.sin(serial * 12.9898) * 43_758.5453) % 1;
    const weekend = date.getDay() % 6 === 0 ? 1.35 : 1;
    const orders = Math.round((38 + (90 - count + place) * 0.22 + noise * 16) * weekend);
    return { date, orders, revenue: Math.round(orders * (31 + noise * 9)) };
  });
}

export const sources = [
  { name: "Search", share: 0.42 },
  { name: "Newsletter", share: 0.27 },
  { name: "Friends", share: 0.19 },
  { name: "Elsewhere", share: 0.12 },
];
