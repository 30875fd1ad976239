/** Where operations have values and derivatives, judged at the values that their operands have: how far from singularities and from kinks. */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { ArgReduce, Binary, Convert, Value, Reduce, Window } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { without, range, type Dims } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import { holds, type Domain } from '../arbitrary/number.js'
import { isDecisive } from '../oracle/decisions.js'
import { patchesOf } from '../oracle/patches.js'
import { compiled } from '../oracle/run.js'
import { binaryTraits, unaryTraits } from './traits.js'

/**
 * Operations that are smooth only in pieces: `never` leaves them out; `away` has them at values with a margin, so that derivatives exist;
 * `anywhere` also at their kinks and ties.
 *
 * @since 0.1.0
 * @category model
 */
export type Kinks = 'never' | 'away' | 'anywhere'

const every = (t: Tensor, holdsFor: (x: number) => boolean): boolean =>
  Array.from(elements(t), Number).every(holdsFor)

/** Whether all elements lie in a domain. */
export const inDomain = (t: Tensor, domain: Domain): boolean => !isFloat(t.dtype) || every(t, holds[domain])

const gap = 0.05

const pairwise = (a: Tensor, b: Tensor, f: (x: number, y: number) => boolean): boolean => {
  const ys = elements(b)
  return Array.from(elements(a), Number).every((x, i) => f(x, ys[i] ?? x))
}

const binaryClear = (n: Binary, a: Tensor, b: Tensor): boolean => {
  const domain = binaryTraits[n.op].domain
  if (domain === 'apart') return pairwise(a, b, (x, y) => Math.abs(x - y) >= gap)
  if (domain === 'notMultiple')
    return inDomain(b, 'nonzero') && pairwise(a, b, (x, y) => holds.betweenIntegers(x / y))
  return inDomain(a, domain[0]) && inDomain(b, domain[1])
}

/** Whether each extremum is attained once, and nothing else comes near. */
const unrivalled = (op: 'max' | 'min', axes: Dims, x: Value): boolean => {
  const kept = without(range(0, x.shape.length), axes)
  const extremum = make.broadcast(x.shape, kept, make.reduce(op, axes, x))
  const distance = make.unary('abs', make.binary('sub', x, extremum))
  const near = make.convert('i32', make.binary('lt', distance, full(gap, distance)))
  const counts = make.reduce('sum', axes, near)
  const run = compiled({ results: [counts], parameters: [] })
  const values = E.isLeft(run) ? run : run.right([])
  return E.isRight(values) && values.right.every((t) => every(t, (k) => k <= 1))
}

const reduceClear = (n: Reduce | ArgReduce, x: Tensor, kinks: Kinks): boolean => {
  if (!isFloat(x.dtype) || (n.op !== 'max' && n.op !== 'min')) return true
  if (kinks !== 'away') return kinks === 'anywhere'
  const axes = n._tag === 'Reduce' ? [...n.axes].sort((a, b) => a - b) : [n.axis]
  return unrivalled(n.op, axes, make.constant(x))
}

const windowClear = (n: Window, x: Tensor, kinks: Kinks): boolean => {
  if (!isFloat(x.dtype) || n.op === 'sum') return true
  if (kinks !== 'away') return kinks === 'anywhere'
  return n.shape.includes(0) || unrivalled('max', [n.shape.length], patchesOf(n, make.constant(x)))
}

/** Conversions of floats to integers and booleans jump. */
const convertClear = (n: Convert, x: Tensor, kinks: Kinks): boolean =>
  !isFloat(x.dtype) ||
  isFloat(n.dtype) ||
  kinks === 'anywhere' ||
  (kinks === 'away' && inDomain(x, n.dtype === 'bool' ? 'nonzero' : 'betweenIntegers'))

/** Whether an operation is smooth where it is, or has only such kinks as are wanted. */
export const isClear = (n: Value, xs: ReadonlyArray<Tensor>, kinks: Kinks): boolean => {
  const [a, b] = xs
  if (a === undefined || !isDecisive(n)) return true
  switch (n._tag) {
    case 'Unary':
      if (!unaryTraits[n.op].hasKink || !isFloat(a.dtype)) return inDomain(a, unaryTraits[n.op].domain)
      return kinks === 'anywhere' || (kinks === 'away' && inDomain(a, unaryTraits[n.op].domain))
    case 'Binary':
      if (b === undefined || !isFloat(a.dtype)) return true
      if (!binaryTraits[n.op].hasKink) return binaryClear(n, a, b)
      return kinks === 'anywhere'
        ? n.op !== 'rem' || inDomain(b, 'nonzero')
        : kinks === 'away' && binaryClear(n, a, b)
    case 'Reduce':
    case 'ArgReduce':
      return reduceClear(n, a, kinks)
    case 'Window':
      return windowClear(n, a, kinks)
    case 'Convert':
      return convertClear(n, a, kinks)
  }
}
