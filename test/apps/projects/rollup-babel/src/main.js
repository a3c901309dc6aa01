document.querySelector("#app").textContent = `version ${VERSION}`;
