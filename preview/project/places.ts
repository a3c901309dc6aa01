/** The attribute with an element's place in its source, `path:line:column`, in previews alone. */
export const PLACE = "data-edgesmith-at";
