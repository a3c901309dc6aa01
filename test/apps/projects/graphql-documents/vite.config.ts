import graphql from "vite-plugin-graphql-loader";

export default { plugins: [graphql()] };
