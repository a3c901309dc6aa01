import colors from "../../packages/config/colors";
import preset from "@acme/tailwind-config/preset";

export default {
  presets: [preset],
  content: ["./src/**/*.{ts,tsx}", "../../packages/ui/src/**/*.tsx"],
  theme: { extend: { colors } },
};
