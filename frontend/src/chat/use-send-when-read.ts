import { useEffect, useEffectEvent, useState } from "react";

/**
 * Sends a box's text immediately, or as soon as the attached files are read, so that the person need not press Enter
 * again.
 * @param reading the number of files that are being read
 * @param text the typed text; editing it cancels a waiting submit
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
