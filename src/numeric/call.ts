/** Calls of a compiled function: trees of tensors in and out. What one call has checked or made, the next need not check again. */
import * as E from 'fp-ts/lib/Either.js'
import { showAval } from '../graph/error.js'
import type { Aval, Input } from '../graph/Expr.js'
import { runError, type RunError } from '../graph/failure.js'
import type { Run } from '../reference/evaluate.js'
import { equalDims } from '../tensor/dims.js'
import { isTensor, type Tensor } from '../tensor/Tensor.js'
import { isLeaf, leavesLike, locate, mismatch, refiller } from '../tensor/Tree.js'

/** What stands for a value in a message; expressions that are not tensors have no value yet. */
const showValue = (t: Aval | undefined): string =>
  t === undefined
    ? 'nothing'
    : `${showAval(t)}${isTensor(t) ? '' : ', which is not a tensor; evaluate it first'}`

const fits = (x: Input, t: Aval | undefined): boolean =>
  t?.dtype === x.dtype && equalDims(t.shape, x.shape) && isTensor(t)

const misfit = (inputs: ReadonlyArray<Input>, tensors: ReadonlyArray<Aval>): RunError | undefined => {
  const i = inputs.findIndex((x, k) => !fits(x, tensors[k]))
  const [x, t] = [inputs[i], tensors[i]]
  return x === undefined ? undefined : runError(x.name, `expected ${showAval(x)}, got ${showValue(t)}`)
}

/** Arguments looked at from scratch. */
const checked = (
  specs: ReadonlyArray<unknown>,
  inputs: ReadonlyArray<Input>,
  args: ReadonlyArray<unknown>
): E.Either<RunError, ReadonlyArray<Tensor>> => {
  const odd = mismatch(specs, args)
  const tensors = leavesLike(specs, args) as ReadonlyArray<Tensor>
  const wrong = odd === undefined ? misfit(inputs, tensors) : runError('run', odd)
  return wrong === undefined ? E.right(tensors) : E.left(wrong)
}

/** A part of the result that can be an argument of the next call as it is: which one, and where its leaves are. */
interface Twin {
  readonly member: number
  readonly from: number
}

interface Argument {
  readonly from: number
  readonly count: number
  readonly isLeaf: boolean
  readonly twin: Twin | undefined
}

const showTree = (tree: unknown): string =>
  locate(tree)
    .map(({ path, leaf }) => `${path} ${showAval(leaf as Aval)}`)
    .join('\n')

const counts = (trees: ReadonlyArray<unknown>): ReadonlyArray<number> => trees.map((t) => locate(t).length)

const before = (ns: ReadonlyArray<number>, i: number): number => ns.slice(0, i).reduce((a, n) => a + n, 0)

const argumentsOf = (specs: ReadonlyArray<unknown>, result: unknown): ReadonlyArray<Argument> => {
  const members: ReadonlyArray<unknown> = Array.isArray(result) ? result : []
  const [sizes, memberSizes] = [counts(specs), counts(members)]
  const shown = members.map(showTree)
  return specs.map((s, i) => {
    const member = isLeaf(s) ? -1 : shown.indexOf(showTree(s))
    const twin = member < 0 ? undefined : { member, from: before(memberSizes, member) }
    return { from: before(sizes, i), count: sizes[i]!, isLeaf: isLeaf(s), twin }
  })
}

interface Handed {
  readonly tree: unknown
  readonly leaves: ReadonlyArray<Tensor>
}

const memberOf = (tree: unknown, member: number): unknown =>
  Array.isArray(tree) ? (tree as ReadonlyArray<unknown>)[member] : undefined

/** The compiled function, for what runs on leaves. */
export const calling = (
  specs: ReadonlyArray<unknown>,
  inputs: ReadonlyArray<Input>,
  result: unknown,
  run: Run
): ((args: ReadonlyArray<unknown>) => E.Either<RunError, unknown>) => {
  const slots = argumentsOf(specs, result)
  const build = refiller(result)
  let last: Handed | undefined

  /** Sets the leaves of an argument that is a tensor, or was handed out by the last call; whether it is one of those. */
  const quick = (
    { from, count, isLeaf: single, twin }: Argument,
    arg: unknown,
    out: Array<Tensor>
  ): boolean => {
    if (single) {
      out[from] = arg as Tensor
      return fits(inputs[from]!, arg as Aval | undefined)
    }
    if (twin === undefined || last === undefined || arg !== memberOf(last.tree, twin.member)) return false
    for (let k = 0; k < count; k++) out[from + k] = last.leaves[twin.from + k]!
    return true
  }

  const tensorsOf = (args: ReadonlyArray<unknown>): E.Either<RunError, ReadonlyArray<Tensor>> => {
    const out = new Array<Tensor>(inputs.length)
    if (args.length !== slots.length) return checked(specs, inputs, args)
    for (let i = 0; i < slots.length; i++)
      if (!quick(slots[i]!, args[i], out)) return checked(specs, inputs, args)
    return E.right(out)
  }

  return (args) => {
    const tensors = tensorsOf(args)
    if (E.isLeft(tensors)) return tensors
    const values = run(tensors.right)
    if (E.isLeft(values)) return values
    const tree = build(values.right)
    last = { tree, leaves: values.right }
    return E.right(tree)
  }
}
