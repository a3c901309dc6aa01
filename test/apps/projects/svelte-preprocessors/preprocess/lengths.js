/** Runs after Sass, whose syntax it does not know. */
export const lengths = {
  style: ({ content }) => {
    if (content.includes("$")) throw new Error("Sass comes first");
    return { code: content.replaceAll("1rhythm", "24px") };
  },
};
