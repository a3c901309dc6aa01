document.querySelector("#script").textContent = "served as it is";
