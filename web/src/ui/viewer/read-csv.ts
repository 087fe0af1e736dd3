/** The first rows of comma- or tab-separated text, quotes and line ends in fields included. A last row that is cut off is left out. */
export function readCsv(text: string, separator: ',' | '\t', mostRows: number, isCut: boolean): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < mostRows; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && field === '') quoted = true;
    else if (character === separator) {
      row.push(field);
      field = '';
    } else if (character === '\n') {
      row.push(field.replace(/\r$/, ''));
      rows.push(row);
      row = [];
      field = '';
    } else field += character;
  }
  if (rows.length < mostRows && !isCut && (field !== '' || row.length > 0)) rows.push([...row, field]);
  return rows;
}
