import { useEffect, useState } from 'react';

/** Says that the network is gone, and that what is shown is the last that was known. */
export function OfflineBar() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const change = (): void => setOnline(navigator.onLine);
    window.addEventListener('online', change);
    window.addEventListener('offline', change);
    return () => {
      window.removeEventListener('online', change);
      window.removeEventListener('offline', change);
    };
  }, []);
  return (
    <div role="status" aria-live="polite">
      {!online && <p className="offline">You are offline. What you see is the last that was known; it goes on by itself.</p>}
    </div>
  );
}
