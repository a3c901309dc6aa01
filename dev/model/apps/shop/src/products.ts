/** A price is in cents, as Stripe takes it. */
export type Product = { id: string; name: string; cents: number };

/** The shop's products. The server looks a price up here: a page sends only the product's id. */
export const products: Product[] = [
  { id: "assam", name: "Assam, malty", cents: 890 },
  { id: "sencha", name: "Sencha, grassy", cents: 1250 },
  { id: "rooibos", name: "Rooibos, without caffeine", cents: 640 },
];
