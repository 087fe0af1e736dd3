import { hash, verify } from '@node-rs/argon2';

/** argon2id with 19 MiB and two passes, the library's prebuilt native code. */
export const hashPassword = (password: string): Promise<string> =>
  hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

let nobody: Promise<string> | null = null;

/** Takes as long for a person who has no password, or is not there, as for one who has: time must not tell which addresses exist. */
export async function checkPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('a password that nobody has');
  const matches = await verify(passwordHash ?? (await nobody), password);
  return matches && passwordHash !== null;
}
