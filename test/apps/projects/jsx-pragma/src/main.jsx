/** @jsx make */
function make(tag, attributes, ...children) {
  return `${tag}(${Object.keys(attributes ?? {}).join()})[${children.join()}]`;
}

document.querySelector("#root").textContent = (
  <p title="a">
    <b>bold</b>
  </p>
);
