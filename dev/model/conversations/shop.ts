import { exampleApp } from "./example-apps.ts";

export const shop = exampleApp({
  name: "shop",
  example: "Build a tea shop that takes payments with Stripe",
  asks: /\b(stripe|payments?|checkout|web ?shop|online ?shop)\b/i,
  folder: "shop",
  opening:
    "A shop needs prices that no visitor can change, and payments that somebody else takes. I use Stripe's own library on the server and their checkout page; the key never comes near the app. First a look at the project.",
  parts: [
    {
      text: "The products, and the server that begins a checkout and asks Stripe whether it was paid.",
      message: "Add the shop's server",
      files: /^(package\.json|src\/(server|products)\.ts)$/,
    },
    {
      text: "And the shop itself.",
      message: "Add the shop's page",
      files: /^(index\.html|src\/(main\.ts|style\.css))$/,
    },
  ],
  access: {
    host: "api.stripe.com",
    reason: "To begin checkout sessions, and to ask whether they were paid.",
    secret: "STRIPE_KEY",
  },
  closing:
    "The shop is open: it sends visitors to Stripe's checkout, and thanks them only once Stripe says that they have paid. Purchases are rows of the app's own database, which you see in the Data tab.",
});
