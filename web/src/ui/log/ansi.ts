export interface Piece {
  text: string;
  className: string;
}

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
/** A colour or style, or any other command to a terminal, which means nothing on a page. */
// biome-ignore lint/complexity/useRegexLiterals: the escape character is clearer as an escape
const command = new RegExp('\\u001b\\[([0-9;]*)m|\\u001b\\[[0-9;?]*[A-Za-z]|\\u001b\\][^\\u0007]*\\u0007', 'g');

/** A line with the colours that a program gave it. A line that was overwritten shows as it ended. */
export function pieces(line: string): Piece[] {
  const shown = line.replace(/\r$/, '');
  const text = shown.slice(shown.lastIndexOf('\r') + 1);
  if (!text.includes('\u001b')) return [{ text, className: '' }];
  const found: Piece[] = [];
  let colour = '';
  let bold = false;
  let at = 0;
  const add = (part: string): void => {
    if (part) found.push({ text: part, className: [colour && `ansi-${colour}`, bold && 'ansi-bold'].filter(Boolean).join(' ') });
  };
  for (const match of text.matchAll(command)) {
    add(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] === undefined) continue;
    for (const code of match[1].split(';').map(Number)) {
      if (code === 0) {
        colour = '';
        bold = false;
      } else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code === 39) colour = '';
      else if (code >= 30 && code <= 37) colour = colours[code - 30]!;
      else if (code >= 90 && code <= 97) colour = colours[code - 90]!;
    }
  }
  add(text.slice(at));
  return found;
}
