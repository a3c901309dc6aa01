const base = import.meta.env.BASE_URL;
const { length } = await (await fetch(`${base}data.txt`)).text();
document.querySelector("#base").textContent = `${base} at ${location.pathname} with ${length}`;
