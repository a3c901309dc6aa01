import { useEffect, useEffectEvent, useState } from "react";

/**
 * Sends the text of a box at once, or as soon as the attached files are read, so that nobody has to press Enter again.
 * @param reading the number of files that are being read
 * @param text the typed text; a change of it cancels the waiting submit
 */
export function useSendWhenRead(
  reading: number,
  text: string,
  send: () => void,
): { isWaiting: boolean; submit: () => void } {
  const [wanted, setWanted] = useState<string | null>(null);
  const isWaiting = wanted === text && reading > 0;
  const sendNow = useEffectEvent(send);
  useEffect(() => {
    if (wanted === null || reading > 0) return;
    setWanted(null);
    if (wanted === text) sendNow();
  }, [wanted, reading, text]);
  return { isWaiting, submit: () => (reading > 0 ? setWanted(text) : send()) };
}
