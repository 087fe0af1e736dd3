/** Remembers the most recent values for a while. */
export class LRUCache<V> {
  readonly #values = new Map<string, { value: V; until: number }>();
  readonly #size: number;
  readonly #milliseconds: number;

  constructor(size: number, milliseconds: number) {
    this.#size = size;
    this.#milliseconds = milliseconds;
  }

  get(key: string): V | undefined {
    const entry = this.#values.get(key);
    if (!entry) return undefined;
    if (entry.until < performance.now()) {
      this.#values.delete(key);
      return undefined;
    }
    return entry.value;
  }

  set(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, { value, until: performance.now() + this.#milliseconds });
    if (this.#values.size > this.#size) this.#values.delete(this.#values.keys().next().value!);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  deleteWhere(test: (value: V) => boolean): void {
    for (const [key, { value }] of this.#values) if (test(value)) this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }
}
