/**
 * Exact programs: whatever integers arrive as arguments, up to a limit, every value on the way is an integer that the dtype holds exactly, and
 * results are within the limit again. So two engines agree to the bit over any number of runs, in whatever order they sum.
 */
import * as make from '../../src/graph/make.js'
import type { Value, Operation } from '../../src/graph/Expr.js'
import { fold, reuseMany, valuesBelow } from '../../src/graph/fold.js'
import { dim } from '../../src/tensor/dims.js'
import { isFloat, isInteger } from '../../src/tensor/DType.js'
import { elements } from '../../src/tensor/Tensor.js'
import { boundOf, integral, largest, largestArgument, passesOn } from './bound.js'
import { uniform } from './context.js'
import { isLookup, operands, rebuild } from '../../src/graph/families.js'

/** A node, and how large its elements can be. */
interface Bounded {
  readonly node: Value
  readonly bound: number
}

/** What must be within the limit of arguments: results, and what their elements are taken from. Slices of something larger stay that. */
const returned = (results: ReadonlyArray<Value>): ReadonlySet<Value> => {
  const found = new Set(results)
  for (const n of [...valuesBelow(results)].reverse())
    if (found.has(n) && n._tag !== 'Project' && passesOn(n))
      for (const x of operands(n)) if (isFloat(x.dtype)) found.add(x)
  return found
}

/** What numbers are taken modulo: the more factors a product has, the smaller they must be. The last leaves -1, 0 and 1. */
const moduli: ReadonlyArray<number> = [97, 7, 2]

const reduced = (modulus: number, { node, bound }: Bounded): Bounded =>
  bound < modulus || node.dtype === 'bool'
    ? { node, bound }
    : { node: make.binary('rem', node, uniform(modulus, node.shape, node.dtype)), bound: modulus - 1 }

/** Indices within the axis, whatever they were. */
const within = (n: Value, d: number): Value =>
  n._tag === 'Constant' && elements(n.value).every((k) => k >= 0 && k < d)
    ? n
    : make.binary(
        'min',
        make.binary('max', n, uniform(0, n.shape, n.dtype)),
        uniform(Math.max(0, d - 1), n.shape, n.dtype)
      )

/** Operands of a lookup with indices that are valid. */
const looked = (n: Value, xs: ReadonlyArray<Bounded>): ReadonlyArray<Bounded> => {
  if (!isLookup(n)) return xs
  const d = n._tag === 'Gather' ? dim(n.x.shape, n.axis) : dim(n.shape, n.axis)
  return xs.map((x, i) => (i === 1 && isInteger(x.node.dtype) ? { ...x, node: within(x.node, d) } : x))
}

const applied = (n: Operation, xs: ReadonlyArray<Bounded>): Bounded => ({
  node: xs.every((x, i) => x.node === operands(n)[i])
    ? n
    : rebuild(
        n,
        xs.map(({ node }) => node)
      ),
  bound: boundOf(
    n,
    xs.map(({ bound }) => bound)
  )
})

/** The operation on operands small enough. */
const bounded = (n: Operation, xs: ReadonlyArray<Bounded>): Bounded => {
  const plain = applied(n, xs)
  if (!isFloat(n.dtype) || plain.bound <= largest[n.dtype]) return plain
  const smaller = moduli.map((modulus) => xs.map((x) => reduced(modulus, x)))
  const fitting = smaller.find(
    (ys) =>
      boundOf(
        n,
        ys.map(({ bound }) => bound)
      ) <= largest[n.dtype]
  )
  return applied(n, fitting ?? smaller.at(-1) ?? xs)
}

/** The program of integers that is most like a program: shapes, dtypes and, but for a few scalar functions, operations are the same. */
export const exactly = (results: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const handedOut = returned(results)
  const of = fold<Bounded>(results, {
    value: (n, xs) => {
      const made = bounded(integral(n), looked(n, xs))
      return handedOut.has(n) && isFloat(n.dtype) && made.bound > largestArgument[n.dtype]
        ? reduced(97, made)
        : made
    },
    // Nothing is known of what users' own primitives make.
    many: (n, xs, own) =>
      reuseMany(
        n,
        xs.map(({ node }) => node),
        own
      ).map((node) => ({ node, bound: Infinity }))
  })
  return results.map((y) => of(y).node)
}
