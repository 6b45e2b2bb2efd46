/** What must be released, as an onnxruntime session. */
export interface Releasable {
  release(): Promise<void>;
}

/** Graph sessions by name, each made when first asked for. One that could not be made is forgotten, so that the next call tries again. */
export class GraphSessionPool<S extends Releasable> {
  readonly #sessions = new Map<string, Promise<S>>();

  has(name: string): boolean {
    return this.#sessions.has(name);
  }

  /** @throws what `make` throws */
  get(name: string, make: () => Promise<S>): Promise<S> {
    const existing = this.#sessions.get(name);
    if (existing !== undefined) return existing;
    const made = make();
    this.#sessions.set(name, made);
    made.catch(() => {
      // After a release the name may belong to a newer graph session.
      if (this.#sessions.get(name) === made) this.#sessions.delete(name);
    });
    return made;
  }

  /**
   * Forgets at once the graph sessions whose names are chosen, by default all, and frees each when it has been made. One that
   * could not be made has nothing to free, and whoever asked for it knows.
   */
  async release(isChosen: (name: string) => boolean = () => true): Promise<void> {
    const chosen = [...this.#sessions].filter(([name]) => isChosen(name));
    for (const [name] of chosen) this.#sessions.delete(name);
    await Promise.all(
      chosen.map(async ([, making]) => {
        const session = await making.catch(() => undefined);
        await session?.release();
      }),
    );
  }
}
