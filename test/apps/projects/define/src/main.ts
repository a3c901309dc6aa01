declare const __VERSION__: string;
declare const __FLAGS__: { dark: boolean; columns: number };
declare const __MODE__: string;

const parts = [__VERSION__, __FLAGS__.dark, __FLAGS__.columns, __MODE__, import.meta.env.BUILT_BY, process.env.NODE_ENV];
document.querySelector("#root")!.textContent = parts.join(" ");
