/** How wide a piece of the page is, now and whenever that changes; 0 until it was measured. */
import { type RefObject, useEffect, useRef, useState } from 'react';

export function useWidth<Piece extends HTMLElement>(): [RefObject<Piece | null>, number] {
  const piece = useRef<Piece>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const node = piece.current;
    if (!node) return undefined;
    const observer = new ResizeObserver(() => setWidth(node.clientWidth));
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return [piece, width];
}
