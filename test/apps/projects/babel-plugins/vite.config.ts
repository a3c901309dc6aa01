import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const plugins = [["@emotion", {}], ["module:@preact/signals-react-transform"]];
export default defineConfig({ plugins: [react({ babel: { plugins } })] });
