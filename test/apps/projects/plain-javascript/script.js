for (const word of ["without", "a bundler"]) {
  const item = document.createElement("li");
  item.textContent = word;
  document.querySelector("#list").append(item);
}
