import { describe, expect, it } from "vitest";
import { accepted, type Draft, emptyDraft, refused, sending, wholeOf } from "../../frontend/src/chat/draft.ts";

const typed = (draft: Draft, text: string): Draft => ({ ...draft, typed: text });
const first = typed(emptyDraft, "Make it blue");
const onItsWay = sending(first);

describe("a prompt in the making", () => {
  it("A sent draft clears the box, and is kept until it is accepted", () => {
    expect(onItsWay.typed).toBe("");
    expect(wholeOf(onItsWay)).toBe("Make it blue");
    expect(wholeOf(accepted(onItsWay, "Make it blue"))).toBe("");
  });

  it("A refused draft returns with its error, which the next send clears", () => {
    const back = refused(onItsWay, "Make it blue", "no");
    expect(back).toEqual({ typed: "Make it blue", sent: [], refusal: "no" });
    expect(sending(back).refusal).toBeNull();
  });

  it("A draft typed meanwhile survives an acceptance and a refusal", () => {
    const more = typed(onItsWay, "Then make it round");
    expect(accepted(more, "Make it blue").typed).toBe("Then make it round");
    expect(refused(more, "Make it blue", "no").typed).toBe("Make it blue\n\nThen make it round");
    expect(wholeOf(more)).toBe("Make it blue\n\nThen make it round");
  });

  it("Two drafts of the same text in flight are told apart by their number", () => {
    const twice = sending(typed(onItsWay, "Make it blue"));
    expect(accepted(twice, "Make it blue").sent).toEqual(["Make it blue"]);
  });
});
