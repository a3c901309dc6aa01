export type Place = { id: string; name: string; latitude: number; longitude: number };

export const places: Place[] = [
  { id: "lisbon", name: "Lisbon", latitude: 38.72, longitude: -9.14 },
  { id: "oslo", name: "Oslo", latitude: 59.91, longitude: 10.75 },
  { id: "nairobi", name: "Nairobi", latitude: -1.29, longitude: 36.82 },
];
