import { type ReactNode, useEffect, useRef, useState } from 'react';

/** How high the card of a chart of lines is: what stands in its place until then is as high. */
export const chartCardHeight = 262;

/** Makes its contents once they come near the screen, in a place of their height: a page of a thousand charts asks for those that are looked at. */
export function WhenSeen({ height = chartCardHeight, children }: { height?: number; children: () => ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!box.current || seen) return;
    const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), {
      rootMargin: '300px',
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [seen]);
  if (seen) return children();
  return <div ref={box} className="card" style={{ minHeight: height }} />;
}
