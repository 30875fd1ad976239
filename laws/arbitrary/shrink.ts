/** Arbitraries that shrink by a function of the value: what counts as simpler is then a matter of the domain, not of how values are made. */
import * as fc from 'fast-check'

/** Simpler values, the simplest first; a chain of them must end. */
export type Smaller<A> = (a: A) => Iterable<A>

function* each<A>(values: Iterable<A>): Generator<A> {
  yield* values
}

class Shrinking<A> extends fc.Arbitrary<A> {
  readonly #source: fc.Arbitrary<A>
  readonly #smaller: Smaller<A>

  constructor(source: fc.Arbitrary<A>, smaller: Smaller<A>) {
    super()
    this.#source = source
    this.#smaller = smaller
  }

  override generate(random: fc.Random, biasFactor: number | undefined): fc.Value<A> {
    return new fc.Value(this.#source.generate(random, biasFactor).value, undefined)
  }

  override canShrinkWithoutContext(_value: unknown): _value is A {
    return false
  }

  override shrink(value: A): fc.Stream<fc.Value<A>> {
    return fc.stream(each(this.#smaller(value))).map((a) => new fc.Value(a, undefined))
  }
}

/** The values of an arbitrary, with another way to shrink them. */
export const shrinking = <A>(source: fc.Arbitrary<A>, smaller: Smaller<A>): fc.Arbitrary<A> =>
  new Shrinking(source, smaller)

/** What the source needs to shrink a value of its own; values made smaller by a function have none. */
interface Origin {
  readonly context: unknown
}

class ShrinkingFurther<A> extends fc.Arbitrary<A> {
  readonly #source: fc.Arbitrary<A>
  readonly #smaller: Smaller<A>

  constructor(source: fc.Arbitrary<A>, smaller: Smaller<A>) {
    super()
    this.#source = source
    this.#smaller = smaller
  }

  override generate(random: fc.Random, biasFactor: number | undefined): fc.Value<A> {
    return this.#own(this.#source.generate(random, biasFactor))
  }

  override canShrinkWithoutContext(_value: unknown): _value is A {
    return false
  }

  override shrink(value: A, context?: Origin): fc.Stream<fc.Value<A>> {
    const further = fc.stream(each(this.#smaller(value))).map((a) => new fc.Value(a, undefined))
    return context === undefined
      ? further
      : this.#source
          .shrink(value, context.context)
          .map((v) => this.#own(v))
          .join(further)
  }

  #own(v: fc.Value<A>): fc.Value<A> {
    const origin: Origin = { context: v.context }
    return new fc.Value(v.value, origin)
  }
}

/** An arbitrary whose values shrink as they do, and then, where nothing else helps, by a function. */
export const shrinkingFurther = <A>(source: fc.Arbitrary<A>, smaller: Smaller<A>): fc.Arbitrary<A> =>
  new ShrinkingFurther(source, smaller)

/** Lengths of blocks to simplify at once: all, a half, a quarter, down to two. */
const blocks = (n: number): ReadonlyArray<number> =>
  n < 2 ? [] : [n, ...blocks(Math.ceil(n / 2)).filter((b) => b < n)]

/**
 * Rows whose elements shrink: many of them at once to the simplest values there are, as long as that changes something, then one by one.
 * `simplest` holds what of the simplest values an element may become.
 */
export const smallerRow = <A>(simplest: ReadonlyArray<(a: A) => A>, simpler: Smaller<A>) =>
  function* (row: ReadonlyArray<A>): Generator<ReadonlyArray<A>> {
    for (const length of blocks(row.length))
      for (let start = 0; start < row.length; start += length)
        for (const f of simplest) {
          const next = row.map((a, i) => (i >= start && i < start + length ? f(a) : a))
          if (next.some((a, i) => a !== row[i])) yield next
        }
    for (const [i, a] of row.entries())
      for (const b of simpler(a)) yield row.map((old, k) => (k === i ? b : old))
  }
