import animate from "tailwindcss-animate";
import forms from "@tailwindcss/forms";
import typography from "@tailwindcss/typography";

/** @type {import('tailwindcss').Config} */
export default {
  darkMode: ["class"],
  content: ["./index.html", "./src/**/*.{ts,tsx}"],
  theme: {
    container: { center: true, padding: "2rem" },
    extend: {
      colors: { border: "hsl(var(--border))", primary: { DEFAULT: "hsl(var(--primary))", foreground: "hsl(var(--primary-foreground))" } },
      borderRadius: { lg: "var(--radius)", md: "calc(var(--radius) - 2px)" },
      keyframes: { wave: { "0%": { opacity: "0" }, "100%": { opacity: "1" } } },
      animation: { wave: "wave 2s ease-in-out" },
    },
  },
  plugins: [animate, forms, typography],
};
