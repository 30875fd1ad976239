/** Laws of the linear maps, per constructor: these alone find a wrong transpose that a wrong derivative would hide. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Aval, Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { apply } from '../../src/linear/apply.js'
import { compose, divide, id, scale, zero, type Linear } from '../../src/linear/Linear.js'
import { dim, equalDims, pick, range, showDims, without, type Dims } from '../../src/tensor/dims.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { shape } from '../grow/sizes.js'
import { tensor } from '../arbitrary/tensor.js'
import { compiled, flat, type Point } from '../oracle/run.js'
import { fail, firstFailure, law, pass, type Law, type LawSet, type Verdict } from '../law/index.js'
import { weights } from '../oracle/probe.js'
import { convolution, cuts, kept, lookup, margins, product, regrouped, sliding } from '../grow/shapes.js'
import { keys } from '../grow/sample.js'

const f64 = (s: Dims): Aval => ({ shape: s, dtype: 'f64' })

const constant = (s: Dims): fc.Arbitrary<Value> => tensor({ shape: s }).map(make.constant)

const contractMap = product.chain((p) =>
  fc.tuple(constant(p.a), constant(p.b), fc.boolean()).map(([a, b, left]): Linear => {
    const to = f64(make.contract(p.dims, a, b).shape)
    return left
      ? { _tag: 'Contract', side: 'left', other: b, dims: p.dims, from: f64(p.a), to }
      : { _tag: 'Contract', side: 'right', other: a, dims: p.dims, from: f64(p.b), to }
  })
)

const convMap = convolution.chain((c) =>
  fc.tuple(constant(c.x), constant(c.kernel), fc.boolean()).map(([x, kernel, input]): Linear => {
    const to = f64(make.conv(c.positions, c.windows, kernel, x).shape)
    return input
      ? { _tag: 'Conv', side: 'input', other: kernel, windows: c.windows, from: f64(c.x), to }
      : { _tag: 'Conv', side: 'kernel', other: x, windows: c.windows, from: f64(c.kernel), to }
  })
)

const negated = (t: { readonly _tag: string }): Value => make.unary('neg', t as Value)

/** Divisors of either sign, at least 1 in size. */
const awayFromZero = (x: Value): Value => {
  const isNegative = make.binary('lt', x, full(0, x))
  return make.binary('add', x, make.select(isNegative, full(-1, x), full(1, x)))
}

/** One generator per constructor, total so that a new constructor without one does not compile. */
export const linearSamples: Readonly<Record<Linear['_tag'], fc.Arbitrary<Linear>>> = {
  Zero: fc.tuple(shape(), shape()).map(([a, b]) => zero(f64(a), f64(b))),
  Id: shape().map((s) => id(f64(s))),
  Scale: shape().chain(constant).map(scale),
  Divide: shape().chain((s) =>
    fc.tuple(constant(s), constant(s)).map(([x, by]) => divide(awayFromZero(x), by))
  ),
  Mask: shape().chain((s) =>
    fc.tuple(tensor({ shape: s, dtype: 'bool' }), fc.boolean()).map(([condition, keep]) => ({
      _tag: 'Mask',
      condition: make.constant(condition),
      keep,
      from: f64(s),
      to: f64(s)
    }))
  ),
  Sum: shape().chain((s) =>
    fc
      .shuffledSubarray([...range(0, s.length)])
      .map((axes) => ({ _tag: 'Sum', axes, from: f64(s), to: f64(without(s, axes)) }))
  ),
  Broadcast: kept.map((k) => ({
    _tag: 'Broadcast',
    axes: k.axes,
    from: f64(pick(k.shape, k.axes)),
    to: f64(k.shape)
  })),
  Reshape: shape().chain((s) => regrouped(s).map((to) => ({ _tag: 'Reshape', from: f64(s), to: f64(to) }))),
  Permute: shape().chain((s) =>
    fc
      .shuffledSubarray([...range(0, s.length)], { minLength: s.length, maxLength: s.length })
      .map((permutation) => ({ _tag: 'Permute', permutation, from: f64(s), to: f64(pick(s, permutation)) }))
  ),
  Slice: shape().chain((s) =>
    cuts(s).map((c) => ({
      _tag: 'Slice',
      ...c,
      from: f64(s),
      to: f64(s.map((_, i) => Math.ceil((dim(c.limit, i) - dim(c.start, i)) / dim(c.stride, i))))
    }))
  ),
  Pad: shape().chain((s) =>
    margins(s).map((m) => ({
      _tag: 'Pad',
      ...m,
      from: f64(s),
      to: f64(s.map((d, i) => dim(m.low, i) + d + Math.max(0, d - 1) * dim(m.interior, i) + dim(m.high, i)))
    }))
  ),
  Reverse: shape().chain((s) =>
    fc
      .shuffledSubarray([...range(0, s.length)])
      .map((axes) => ({ _tag: 'Reverse', axes, from: f64(s), to: f64(s) }))
  ),
  Contract: contractMap,
  Conv: convMap,
  WindowSum: sliding({ min: 0, max: 3 }).map((s) => ({
    _tag: 'WindowSum',
    size: s.size,
    windows: s.windows,
    from: f64(s.shape),
    to: f64(s.positions)
  })),
  Gather: lookup.map((l) => ({
    _tag: 'Gather',
    axis: l.axis,
    batch: l.batch,
    indices: make.constant(l.indices),
    from: f64(l.x),
    to: f64(l.rows)
  })),
  Scatter: lookup.map((l) => ({
    _tag: 'Scatter',
    axis: l.axis,
    batch: l.batch,
    indices: make.constant(l.indices),
    from: f64(l.rows),
    to: f64(l.x)
  })),
  Convert: fc
    .tuple(
      shape(),
      fc.constantFrom('f32' as const, 'f64' as const),
      fc.constantFrom('f32' as const, 'f64' as const)
    )
    .map(([s, from, to]) => ({
      _tag: 'Convert',
      from: { shape: s, dtype: from },
      to: { shape: s, dtype: to }
    })),
  Compose: contractMap.chain((second) =>
    constant(second.from.shape).map((by) =>
      compose(
        second,
        compose(scale(by), {
          _tag: 'Reverse',
          axes: range(0, by.shape.length),
          from: f64(by.shape),
          to: f64(by.shape)
        })
      )
    )
  ),
  Given: shape().map((s) => ({
    _tag: 'Given',
    map: { apply: negated, transpose: negated },
    from: f64(s),
    to: f64(s)
  }))
}

interface LinearSample {
  readonly map: Linear
  readonly seed: number
}

const showLinear = ({ map, seed }: LinearSample): string =>
  `${map._tag} ${showDims(map.from.shape)} -> ${showDims(map.to.shape)}${'axes' in map ? ` axes ${showDims(map.axes)}` : ''} (seed ${seed})`

/** Evaluates closed graphs. */
const valuesOf = (results: ReadonlyArray<Value>): E.Either<string, Point> =>
  E.chain((run: (p: Point) => E.Either<string, Point>) => run([]))(compiled({ results, parameters: [] }))

const vector = (seed: number, a: Aval): Value =>
  make.convert(a.dtype, make.constant(weights(seed, [a])[0] as Tensor))

/** Sums of a few dozen products of numbers near 1; single precision only where a conversion rounds, and the weights do not need it. */
const tolerance = 1e-12

const near = (what: string, a: Float64Array, b: Float64Array, bar = tolerance): Verdict => {
  const i = a.findIndex((x, k) => !(Math.abs(x - b[k]!) <= bar * (1 + Math.abs(x))))
  return i < 0 && a.length === b.length
    ? pass
    : fail(what, { of: 'element', index: [i], actual: a[i] ?? NaN, expected: b[i] ?? NaN, bar })
}

const equalValues = (what: string, left: ReadonlyArray<Value>, right: ReadonlyArray<Value>): Verdict => {
  const values = valuesOf([...left, ...right])
  if (E.isLeft(values)) return fail(`${what}: ${values.left}`)
  return near(what, flat(values.right.slice(0, left.length)), flat(values.right.slice(left.length)))
}

const sum = (a: Value, b: Value): Value => make.binary('add', a, b)

const inner = (a: Value, b: Value): Value =>
  make.convert('f64', make.reduce('sum', range(0, a.shape.length), make.binary('mul', a, b)))

/** Powers of two round nothing; a map that clips, or has a threshold, shows at one of them. */
const lengths = [2 ** -30, 2 ** 10, 2 ** 30]

const linearity = ({ map, seed }: LinearSample): Verdict => {
  const [u, w, k] = [
    vector(seed, map.from),
    vector(seed + 1, map.from),
    vector(seed + 2, { shape: [], dtype: map.from.dtype })
  ]
  const times = (x: Value): Value =>
    make.binary('mul', make.broadcast(x.shape, [], make.convert(x.dtype, k)), x)
  return firstFailure(
    () =>
      equalValues('not linear', [apply(map, sum(times(u), w))], [sum(times(apply(map, u)), apply(map, w))]),
    ...lengths.map((by) => () => {
      const long = (x: Value): Value => make.binary('mul', full(by, x), x)
      return equalValues(`not linear at length ${by}`, [apply(map, long(u))], [long(apply(map, u))])
    })
  )
}

const declared = ({ map, seed }: LinearSample): Verdict => {
  const y = apply(map, vector(seed, map.from))
  return y._tag !== 'Invalid' && y.dtype === map.to.dtype && equalDims(y.shape, map.to.shape)
    ? pass
    : fail(
        `the result is ${y._tag === 'Invalid' ? (y.errors[0]?.message ?? '') : `${y.dtype}${showDims(y.shape)}`}, declared ${showDims(map.to.shape)}`
      )
}

const adjointness =
  ({ transpose }: Calculus) =>
  ({ map, seed }: LinearSample): Verdict => {
    const [u, v, back] = [vector(seed, map.from), vector(seed + 1, map.to), transpose(map)]
    if (!equalDims(back.from.shape, map.to.shape) || !equalDims(back.to.shape, map.from.shape))
      return fail('the transpose does not go the other way')
    return equalValues('not adjoint', [inner(v, apply(map, u))], [inner(apply(back, v), u)])
  }

const involution =
  ({ transpose }: Calculus) =>
  ({ map, seed }: LinearSample): Verdict => {
    const u = vector(seed, map.from)
    return equalValues('not an involution', [apply(transpose(transpose(map)), u)], [apply(map, u)])
  }

/** With a scaling before and a reversal after. */
const functorial =
  ({ transpose }: Calculus) =>
  ({ map, seed }: LinearSample): Verdict => {
    const before = scale(vector(seed + 3, map.from))
    const after: Linear = { _tag: 'Reverse', axes: range(0, map.to.shape.length), from: map.to, to: map.to }
    const [u, v] = [vector(seed, map.from), vector(seed + 1, map.to)]
    const whole = compose(after, compose(map, before))
    return firstFailure(
      () =>
        equalValues(
          'composition is not application in turn',
          [apply(whole, u)],
          [apply(after, apply(map, apply(before, u)))]
        ),
      () =>
        equalValues(
          'transpose does not reverse composition',
          [apply(transpose(whole), v)],
          [apply(transpose(before), apply(transpose(map), apply(transpose(after), v)))]
        ),
      () =>
        equalValues(
          'the identity is not neutral',
          [apply(compose(map, id(map.from)), u), apply(compose(id(map.to), map), u)],
          [apply(map, u), apply(map, u)]
        ),
      () =>
        compose(zero(map.to, map.to), map)._tag === 'Zero' &&
        compose(map, zero(map.from, map.from))._tag === 'Zero'
          ? pass
          : fail('zero does not absorb')
    )
  }

const constructorLaws = (tag: Linear['_tag'], rules: Calculus): ReadonlyArray<Law> => {
  const arbitrary = fc
    .tuple(linearSamples[tag], fc.integer({ min: 0, max: 2 ** 20 }))
    .map(([map, seed]) => ({ map, seed }))
  const one = (name: string, left: string, right: string, judge: (s: LinearSample) => Verdict): Law =>
    law({ name: `Linear ${tag}: ${name}`, statement: { left, right }, arbitrary, judge, show: showLinear })
  return [
    one('shape', 'shape of L u', 'declared codomain', declared),
    one('linearity', 'L (k u + w)', 'k L u + L w', linearity),
    one('adjointness', '<v, L u>', '<transpose(L) v, u>', adjointness(rules)),
    one('involution', 'transpose(transpose(L))', 'L', involution(rules)),
    one('functor', 'transpose(M after L)', 'transpose(L) after transpose(M)', functorial(rules))
  ]
}

/**
 * Linearity, adjointness, involution of the transpose and functoriality of the linear maps that derivatives are made of.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { checkAll, linearLaws } from 'adjoint/laws'
 *
 * strictEqual(checkAll({ numRuns: 3 })(linearLaws()).every(E.isRight), true)
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const linearLaws = (rules: Calculus = calculus): LawSet => ({
  name: 'Linear',
  parents: [],
  laws: keys(linearSamples).flatMap((tag) => constructorLaws(tag, rules))
})
