/** Exact programs compute with integers, whatever integers they are given. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { largest, largestArgument } from '../../laws/grow/bound.js'
import { exactly } from '../../laws/grow/exact.js'
import { plays } from '../../laws/grow/play.js'
import { exactPrograms } from '../../laws/grow/shorten.js'
import { keys } from '../../laws/grow/sample.js'
import { inDouble, widen } from '../../laws/oracle/retype.js'
import type { Region } from '../../src/graph/Region.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { unaryForm } from '../../src/graph/op.js'
import { topological, valuesBelow } from '../../src/graph/fold.js'
import { reference, type Tensor } from '../../src/index.js'
import { equalDims, range, size } from '../../src/tensor/dims.js'
import type { DType } from '../../src/tensor/DType.js'
import { elements, filled } from '../../src/tensor/Tensor.js'
import { uniform } from '../../laws/grow/context.js'
import { binaryTraits, unaryTraits } from '../../laws/grow/traits.js'

const run = ({ results, parameters }: Region, point: ReadonlyArray<Tensor>): ReadonlyArray<Tensor> => {
  const ys = pipe(
    reference.compile({ results, parameters }),
    E.chainW((f) => f(point))
  )
  if (E.isLeft(ys)) throw new Error(JSON.stringify(ys.left))
  return ys.right
}

/** As large as arguments may be, and of either sign. */
const extreme: Readonly<Record<DType, (i: number) => number>> = {
  f32: (i) => (i % 2 === 0 ? 1 : -1) * largestArgument.f32,
  f64: (i) => (i % 3 === 0 ? -1 : 1) * largestArgument.f64,
  i32: (i) => (i % 2 === 0 ? 2 ** 31 - 1 : -(2 ** 31)),
  u32: (i) => (i % 2 === 0 ? 2 ** 32 - 1 : 2 ** 31),
  bool: (i) => i % 2
}

const extremes = ({ parameters }: Region): ReadonlyArray<Tensor> =>
  parameters.map(({ shape, dtype }) => fromValues(shape, dtype, range(0, size(shape)).map(extreme[dtype])))

interface Case {
  readonly program: Region
  readonly points: ReadonlyArray<ReadonlyArray<Tensor>>
}

/** Exact programs at the points of plays, and at the largest arguments. */
const cases = (numRuns: number): ReadonlyArray<Case> =>
  fc
    .sample(plays({ programs: 1 }), numRuns)
    .flatMap((play) =>
      exactPrograms(play).map((program) => ({ program, points: [...play.starts, extremes(program)] }))
    )

/** Whether a tensor has anything but integers up to a limit. */
const isBeyond = (most: Readonly<Record<DType, number>>) => (t: Tensor) =>
  elements(t).some((x) => !Number.isInteger(x) || Math.abs(x) > most[t.dtype])

const numbers = (t: Tensor): ReadonlyArray<number> => Array.from(elements(t), (x) => x + 0)

describe('random programs', () => {
  const all = cases(300)

  it('have integers below the limit everywhere, and results within the limit of arguments', () => {
    const wrong = all.flatMap(({ program, points }) => {
      const nodes = valuesBelow(program.results)
      return points.flatMap((point) => {
        const inside = run({ ...program, results: nodes }, point).filter(isBeyond(largest))
        return [...inside, ...run(program, point).filter(isBeyond(largestArgument))]
      })
    })
    expect(wrong).toEqual([])
  })

  it('give the same numbers in double precision', () => {
    for (const { program, points } of all)
      for (const point of points)
        expect(run(inDouble(program), point.map(widen)).map(numbers)).toEqual(
          run(program, point).map(numbers)
        )
  })

  it('keep shapes and dtypes', () => {
    for (const play of fc.sample(plays({ programs: 1 }), 100))
      exactPrograms(play).forEach(({ results }, i) => {
        const raw = play.programs[i]!.results
        expect(results.every((y, k) => y.dtype === raw[k]!.dtype && equalDims(y.shape, raw[k]!.shape))).toBe(
          true
        )
      })
  })
})

describe('what is made exact', () => {
  const x = make.input('x', [4], 'f32')
  const exact = (y: Value): Value => exactly([y])[0] ?? y
  const at = (y: Value, ...values: ReadonlyArray<number>): ReadonlyArray<number> =>
    run({ results: [exact(y)], parameters: [x] }, [fromValues([4], 'f32', values)]).flatMap(numbers)

  it('small products stay as they are', () => {
    const y = make.binary('rem', make.unary('square', x), uniform(2, [4], 'f32'))
    expect(topological([exact(make.unary('square', x))])).toContainEqual(
      expect.objectContaining({ _tag: 'Unary', op: 'square', x })
    )
    expect(exact(y)).toMatchObject({ op: 'rem' })
  })

  it('large ones have smaller factors, and results are small', () => {
    const y = make.unary('square', make.unary('square', x))
    // 10^2 = 3 modulo 97, 3^2 = 9.
    expect(at(y, 10, 0, 1, -10)).toEqual([9, 0, 1, 9])
  })

  it('long products have factors -1, 0 and 1', () => {
    const y = make.reduce('prod', [0], make.broadcast([20, 4], [1], x))
    expect(at(y, 3, 2, -3, 1)).toEqual([1, 0, 1, 1])
  })

  it('a part of something large is a part of something small', () => {
    const whole = make.contract(
      { batch: [[], []], contract: [[0], [0]] },
      x,
      make.constant(filled([4, 8], 'f32', 500))
    )
    const y = exact(make.slice([0], [4], [1], whole))
    expect(y._tag).toBe('Slice')
    expect(at(make.slice([0], [4], [1], whole), 1, 0, 0, 0)).toEqual([15, 15, 15, 15])
  })

  it('constants and padding are integers, and functions take integers to integers', () => {
    const half = make.constant(filled([4], 'f32', 0.5))
    const y = make.pad([0], [1], [0], 0.5, make.unary('exp', make.binary('div', x, half)))
    expect(at(y, 1, 2, 3, 4)).toEqual([1, 4, 9, 16, 1])
  })

  it('indices are brought within their axes', () => {
    const y = make.gather(0, 0, make.convert('i32', x), x)
    expect(at(y, -1, 3, 7, 2)).toEqual([-1, 2, 2, 7])
  })

  test('stand-ins stand for themselves', () => {
    expect(
      keys(unaryTraits).filter(
        (op) => unaryTraits[unaryTraits[op].standIn].standIn !== unaryTraits[op].standIn
      )
    ).toEqual([])
    expect(
      keys(binaryTraits).filter(
        (op) => binaryTraits[binaryTraits[op].standIn].standIn !== binaryTraits[op].standIn
      )
    ).toEqual([])
    expect(
      keys(unaryTraits).filter(
        (op) => unaryForm[op].yields('f32') !== unaryForm[unaryTraits[op].standIn].yields('f32')
      )
    ).toEqual([])
  })
})
