/** The meaning of families with an inside: which of their regions runs, how often, and on what. */
import * as E from 'fp-ts/lib/Either.js'
import type { RunError } from '../graph/failure.js'
import type { Call, Case, Control, Region, Scan, While } from '../graph/Expr.js'
import { keptRows, scanParts } from '../graph/make.js'
import type { Run } from '../graph/program.js'
import { allocate, type TypedArrayOf } from '../tensor/DType.js'
import { size } from '../tensor/dims.js'
import { elements, own, type Tensor } from '../tensor/Tensor.js'

type Values = ReadonlyArray<Tensor>
type Result = E.Either<RunError, Values>

/** How regions are run, and which results are asked for: of a scan's stacks only those are made. */
export interface Inside {
  readonly run: (region: Region) => Run
  readonly asked: (result: number) => boolean
}

const call = (n: Call, xs: Values, { run }: Inside): Result => run(n.body)(xs)

/** The branch of the index, brought within the range. */
const choose = (n: Case, [index, ...xs]: Values, { run }: Inside): Result => {
  const k = index === undefined ? 0 : elements(index)[0]!
  const branch = n.branches[Math.min(Math.max(k, 0), n.branches.length - 1)]
  return branch === undefined ? E.right([]) : run(branch)(xs)
}

const whileLoop = (n: While, xs: Values, { run }: Inside): Result => {
  const [test, step] = [run(n.condition), run(n.body)]
  const fixed = xs.slice(0, n.captured)
  let carried = xs.slice(n.captured)
  for (;;) {
    const goesOn = test([...fixed, ...carried])
    if (E.isLeft(goesOn)) return goesOn
    if (elements(goesOn.right[0]!)[0] === 0) return E.right(carried)
    const next = step([...fixed, ...carried])
    if (E.isLeft(next)) return next
    carried = [...next.right]
  }
}

/** One slice of a stack, which is not copied: tensors are immutable. */
const sliceAt = (x: Tensor, t: number): Tensor => {
  const shape = x.shape.slice(1)
  return own(shape, x.dtype, elements(x).subarray(t * size(shape), (t + 1) * size(shape)))
}

interface Stack {
  readonly data: TypedArrayOf
  readonly result: number
}

/** Room for the stacks that are asked for; the others are left out. */
const stacksOf = (n: Scan, { asked }: Inside): ReadonlyArray<Stack> =>
  n.results.flatMap((r, result) =>
    result >= n.carries && asked(result) ? [{ result, data: allocate(r.dtype, size(r.shape)) }] : []
  )

const nothing = (n: Scan, result: number): Tensor => {
  const { dtype } = n.results[result]!
  return own([0], dtype, allocate(dtype, 0))
}

/** Where a stack has what the `k`-th step leaves behind: outputs by step, carries by chunk. */
const rowOf = (n: Scan, result: number, k: number): number | undefined => {
  const isKept = result >= n.body.results.length
  const [size = 1, rows] = isKept ? [n.chunks[0], keptRows(n)] : [1, n.length]
  if (k % size !== 0) return undefined
  return n.reverse ? rows - 1 - k / size : k / size
}

const put = ({ data, result }: Stack, row: number, left: Values): void => {
  const slice = elements(left[result]!)
  data.set(slice, row * slice.length)
}

const scan = (n: Scan, xs: Values, inside: Inside): Result => {
  const step = inside.run(n.body)
  const { captured, carried: first, inputs } = scanParts(n, xs)
  const stacks = stacksOf(n, inside)
  let carried = first
  for (let k = 0; k < n.length; k++) {
    const t = n.reverse ? n.length - 1 - k : k
    const results = step([...captured, ...carried, ...inputs.map((x) => sliceAt(x, t))])
    if (E.isLeft(results)) return results
    for (const stack of stacks) {
      const row = rowOf(n, stack.result, k)
      if (row !== undefined) put(stack, row, [...results.right, ...carried])
    }
    carried = results.right.slice(0, n.carries)
  }
  const made = new Map(stacks.map(({ result, data }) => [result, data]))
  return E.right(
    n.results.map(({ shape, dtype }, i) => {
      const data = made.get(i)
      return carried[i] ?? (data === undefined ? nothing(n, i) : own(shape, dtype, data))
    })
  )
}

export const control = (n: Control, xs: Values, inside: Inside): Result => {
  switch (n._tag) {
    case 'Call':
      return call(n, xs, inside)
    case 'Case':
      return choose(n, xs, inside)
    case 'While':
      return whileLoop(n, xs, inside)
    case 'Scan':
      return scan(n, xs, inside)
  }
}
