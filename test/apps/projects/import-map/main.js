import greet from "greeting";
import { name } from "parts/name.js";

document.getElementById("out").textContent = greet(name);
