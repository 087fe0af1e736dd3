import { Transform } from 'node:stream';

/** Passes that many bytes on and breaks at the next: for what is small on the wire and large when unpacked. */
export function limitBytes(maximumBytes: number): Transform {
  let count = 0;
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      count += part.length;
      if (count > maximumBytes) done(new Error(`more than ${maximumBytes} bytes`));
      else done(null, part);
    },
  });
}
