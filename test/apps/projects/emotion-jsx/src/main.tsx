import { css } from "@emotion/react";
import styled from "@emotion/styled";
import { createRoot } from "react-dom/client";

const Note = styled.p`
  padding: 5px;
`;
createRoot(document.getElementById("root")!).render(<Note css={css({ color: "rgb(2, 4, 8)" })}>emotional</Note>);
