export const Card = () => <b className="tracking-[7px]">Card</b>;
