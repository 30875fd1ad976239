/** Laws of codecs: what is written can be read, and what is not ours is refused. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import { isTensor, elements, type Tensor } from '../../src/tensor/Tensor.js'
import { equalDims } from '../../src/tensor/dims.js'
import { leavesOf, mismatch } from '../../src/tensor/Tree.js'
import {
  fail,
  firstFailure,
  inconclusive,
  law,
  pass,
  type Law,
  type LawSet,
  type Verdict
} from '../law/index.js'
import { damaged, damages, type Damage } from './damage.js'

/**
 * A codec to verify: two functions, such as those of an `io-ts` codec, values to write, and when two are the same.
 *
 * @since 0.1.0
 * @category model
 */
export interface CodecSource<A, O> {
  readonly name: string
  readonly codec: {
    readonly encode: (a: A) => O
    readonly decode: (u: unknown) => E.Either<unknown, A>
  }
  readonly arbitrary: fc.Arbitrary<A>
  readonly eq: Eq<A>
  /** Whether values survive JSON text, as they do unless told. */
  readonly json?: boolean
  /** Whether damage of any kind is noticed, as with a digest; unless told, damaged data may be read as another value. */
  readonly detects?: boolean
  /** The version that is read, and how encoded data says another. */
  readonly version?: { readonly current: number; readonly replace: (encoded: O, version: unknown) => unknown }
  /** What else must be refused, made from data that is not. */
  readonly refuses?: (encoded: O) => ReadonlyArray<unknown>
  readonly numRuns?: number
}

const sameBytes = (a: Tensor, b: Tensor): boolean => {
  const [xs, ys] = [elements(a), elements(b)]
  const bytes = (data: typeof xs): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const other = bytes(ys)
  return (
    a.dtype === b.dtype &&
    equalDims(a.shape, b.shape) &&
    xs.length === ys.length &&
    bytes(xs).every((x, i) => x === other[i])
  )
}

/**
 * Whether two trees of tensors have one structure and the same bytes: payloads of NaN, signed zeros and subnormal numbers included.
 *
 * @since 0.1.0
 * @category instances
 */
export const eqBytes: Eq<unknown> = {
  equals: (a, b) => {
    const ys = leavesOf(b)
    return (
      mismatch(a, b) === undefined &&
      leavesOf(a).every((x, i) => {
        const y = ys[i]
        return isTensor(x) && isTensor(y) && sameBytes(x, y)
      })
    )
  }
}

const reason = (e: unknown): string =>
  Array.isArray(e) ? `${e.length} errors` : typeof e === 'string' ? e : fc.stringify(e)

const judgeRoundTrip =
  <A, O>({ codec, eq }: CodecSource<A, O>, through: (o: O) => unknown) =>
  (a: A): Verdict => {
    const back = codec.decode(through(codec.encode(a)))
    if (E.isLeft(back)) return fail(`refuses what it wrote: ${reason(back.left)}`)
    return eq.equals(back.right, a) ? pass : fail(`reads ${fc.stringify(back.right)}`)
  }

const judgeStability =
  <A, O>({ codec }: CodecSource<A, O>) =>
  (a: A): Verdict => {
    const [first, again] = [codec.encode(a), codec.encode(a)]
    if (fc.stringify(first) !== fc.stringify(again)) return fail('writes the same value in two ways')
    const back = codec.decode(first)
    if (E.isLeft(back)) return inconclusive('cannot be read')
    const second = codec.encode(back.right)
    return fc.stringify(first) === fc.stringify(second)
      ? pass
      : fail(`writes ${fc.stringify(second)} the second time`)
  }

/** What is accepted must be a value of the codec: one that it can write and read. */
const judgeAccepted = <A, O>({ codec, eq }: CodecSource<A, O>, result: E.Either<unknown, A>): Verdict => {
  if (E.isLeft(result)) return pass
  const again = codec.decode(codec.encode(result.right))
  return E.isRight(again) && eq.equals(again.right, result.right)
    ? pass
    : fail(`accepts ${fc.stringify(result.right)}, which it cannot write and read`)
}

const judgeDamage =
  <A, O>(source: CodecSource<A, O>) =>
  ([a, damage]: readonly [A, Damage]): Verdict => {
    const { codec, eq, detects = false } = source
    const bad = damaged(codec.encode(a), damage)
    const result = codec.decode(bad)
    return firstFailure(
      () =>
        detects && E.isRight(result) && !eq.equals(result.right, a)
          ? fail(`reads ${fc.stringify(result.right)} from damaged data`)
          : pass,
      () => judgeAccepted(source, result)
    )
  }

/** Whatever JavaScript has. */
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true
})

const refused = <A>(what: string, result: E.Either<unknown, A>): Verdict =>
  E.isLeft(result) ? pass : fail(`accepts ${what}`)

const versions: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: -3, max: 1000 }),
  fc.constantFrom<unknown>('1', '2', null, undefined, 1.5, [1], true, {})
)

/**
 * The laws of a codec: what is written is read as it was, through JSON text as well; a value is always written in the same way; damaged data and
 * foreign data never throw, and are refused or read as a proper value; other versions are refused.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { eqTensor, tensor } from 'adjoint'
 * import { tensorCodec, tensorFromNested } from 'adjoint/codec'
 * import { checkAll, codecLaws, lawsOf } from 'adjoint/laws'
 *
 * const zeros = { arbitrary: fc.constantFrom(tensor([0]), tensor([-0])), eq: eqTensor, numRuns: 20 }
 * const good = codecLaws({ name: 'bytes', codec: tensorCodec(), ...zeros })
 * deepStrictEqual(checkAll()(good).filter(E.isLeft), [])
 * // JSON text has no negative zero.
 * const lossy = codecLaws({ name: 'lists', codec: tensorFromNested(), ...zeros })
 * const broken = checkAll()(lossy).map(E.isLeft)
 * deepStrictEqual(lawsOf(lossy).map(({ name }) => name).filter((_, i) => broken[i]), ['Codec lists: text'])
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const codecLaws = <A, O>(source: CodecSource<A, O>): LawSet => {
  const { codec, arbitrary, json = true, version, refuses, numRuns = 100 } = source
  const name = `Codec ${source.name}`
  const one = <B>(
    what: string,
    statement: Law['statement'],
    samples: fc.Arbitrary<B>,
    judge: (b: B) => Verdict
  ): Law => law({ name: `${name}: ${what}`, statement, arbitrary: samples, judge, numRuns })
  const read = { left: 'decode(encode(a))', right: 'a' }
  const text = (o: O): unknown => JSON.parse(JSON.stringify(o))
  const left = (what: string): Law['statement'] => ({ left: `decode(${what})`, right: 'an error' })
  return {
    name,
    parents: [],
    laws: [
      one(
        'round trip',
        read,
        arbitrary,
        judgeRoundTrip(source, (o) => o)
      ),
      ...(json
        ? [
            one(
              'text',
              { left: 'decode(parse(print(encode(a))))', right: 'a' },
              arbitrary,
              judgeRoundTrip(source, text)
            )
          ]
        : []),
      one(
        'stability',
        { left: 'encode(decode(encode(a)))', right: 'encode(a)' },
        arbitrary,
        judgeStability(source)
      ),
      one('damage', left('damaged data'), fc.tuple(arbitrary, damages), judgeDamage(source)),
      one('junk', left('foreign data'), anything, (u) => judgeAccepted(source, codec.decode(u))),
      ...(version === undefined
        ? []
        : [
            one('versions', left('another version'), fc.tuple(arbitrary, versions), ([a, v]) =>
              v === version.current
                ? pass
                : refused(`version ${fc.stringify(v)}`, codec.decode(version.replace(codec.encode(a), v)))
            )
          ]),
      ...(refuses === undefined
        ? []
        : [
            one('refusals', left('what must be refused'), arbitrary, (a) =>
              firstFailure(
                ...refuses(codec.encode(a)).map((u) => () => refused(fc.stringify(u), codec.decode(u)))
              )
            )
          ])
    ]
  }
}
