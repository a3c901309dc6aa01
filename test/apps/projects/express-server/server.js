const express = require("express");

const app = express();
app.get("/", (request, response) => response.send("<h1>Express</h1>"));
app.listen(3000);
