export const badge = () => {
  const element = document.createElement("b");
  element.className = "text-[rgb(1,2,200)] p-7px";
  element.textContent = "Badge";
  return element;
};
