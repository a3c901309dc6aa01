export const Title = () => <b>Card</b>;
