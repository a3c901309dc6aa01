export const onRequestGet: PagesFunction = ({ params }) => new Response(`hello ${params.name}`);
