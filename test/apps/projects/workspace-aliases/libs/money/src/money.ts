import rates from "./rates.json";

export const money = (amount: number) => `${amount * rates.one} kr`;
