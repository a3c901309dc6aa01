import "/reset.css";

document.querySelector("#notes").textContent = "notes";
