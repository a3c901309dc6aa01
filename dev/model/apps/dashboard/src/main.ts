import { barChart, lineChart, ringChart } from "./charts.ts";
import { type Day, lastDays, sources } from "./data.ts";

const place = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
};

const money = (value: number) => `€${Math.round(value).toLocaleString("en")}`;
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function figure(name: string, value: string, change: number): HTMLElement {
  const card = document.createElement("article");
  card.className = "panel";
  const title = document.createElement("h2");
  title.textContent = name;
  const number = document.createElement("p");
  number.className = "number";
  number.textContent = value;
  const trend = document.createElement("p");
  trend.className = change >= 0 ? "up" : "down";
  trend.textContent = `${change >= 0 ? "▲" : "▼"} ${Math.abs(change * 100).toFixed(1)} % against the period before`;
  card.append(title, number, trend);
  return card;
}

function figures(now: Day[], before: Day[]): HTMLElement[] {
  const revenue = (days: Day[]) => sum(days.map((day) => day.revenue));
  const orders = (days: Day[]) => sum(days.map((day) => day.orders));
  const basket = (days: Day[]) => revenue(days) / orders(days);
  const card = (name: string, of: (days: Day[]) => number, show: (value: number) => string) =>
    figure(name, show(of(now)), of(now) / of(before) - 1);
  return [
    card("Revenue", revenue, money),
    card("Orders", orders, (value) => value.toLocaleString("en")),
    card("Average basket", basket, (value) => `€${value.toFixed(2)}`),
  ];
}

function show(count: number) {
  const days = lastDays(count * 2);
  const now = days.slice(count);
  const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map((name, index) => ({
    name,
    value: sum(now.filter((day) => (day.date.getDay() + 6) % 7 === index).map((day) => day.orders)),
  }));
  place("figures").replaceChildren(...figures(now, days.slice(0, count)));
  place("revenue").replaceChildren(
    lineChart(
      now.map((day) => day.revenue),
      `Revenue over ${count} days`,
      money,
    ),
  );
  place("weekdays").replaceChildren(barChart(weekdays, "Orders by weekday"));
  place("sources").replaceChildren(ringChart(sources, "Orders by source"));
}

const buttons = [...document.querySelectorAll<HTMLButtonElement>("[data-days]")];
for (const button of buttons) {
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    show(Number(button.dataset.days));
  });
}

show(30);
