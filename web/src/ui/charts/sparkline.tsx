const [width, height] = [72, 20];

/** A course in the height of a line of text; its numbers stand beside it. */
export function Sparkline({ values, label }: { values: readonly (number | null)[]; label: string }) {
  const numbers = values.filter((value) => value !== null);
  if (numbers.length < 2) return null;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  let pen = 'M';
  const path = values
    .map((value, index) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const x = 1 + (index / (values.length - 1)) * (width - 2);
      const y = height - 2 - ((value - low) / (high - low || 1)) * (height - 4);
      const part = `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = 'L';
      return part;
    })
    .join('');
  return (
    <svg className="sparkline" width={width} height={height} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  );
}
