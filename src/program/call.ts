/** Calls of a compiled function: trees of tensors in and out. What one call has checked or made, the next need not check again. */
import * as E from 'fp-ts/lib/Either.js'
import { showAval } from '../graph/error.js'
import type { Aval, Input } from '../graph/Expr.js'
import { runError, type RunError } from '../graph/failure.js'
import type { Run } from '../graph/program.js'
import { equalDims } from '../tensor/dims.js'
import { isTensor, type Tensor } from '../tensor/Tensor.js'
import { isLeaf, leavesLike, locate, mismatch, offering, refiller } from '../tensor/Tree.js'

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

/** An argument: where its leaves are among all, and a member of the result that can be the argument of the next call as it is. */
interface Argument {
  readonly from: number
  readonly count: number
  readonly member: number
  /** Where that member's leaves are among the results. */
  readonly results: number
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
    return { from: before(sizes, i), count: sizes[i]!, member, results: before(memberSizes, member) }
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
  const offers = specs.map((s, i) => offering(s, slots[i]!.from))
  const build = refiller(result)
  let handed: Handed | undefined
  /** The arguments of the last call, which have been looked at, and those of this one as far as they have. */
  let known: ReadonlyArray<Tensor> = []
  let taken: Array<Tensor> = []

  const take = (leaf: unknown, i: number): boolean => {
    const again = leaf !== undefined && leaf === known[i]
    if (!again && !fits(inputs[i]!, leaf as Aval | undefined)) return false
    taken[i] = leaf as Tensor
    return true
  }

  /** Takes the leaves of an argument that was handed out by the last call, or is built as described; whether it is one of those. */
  const quick = (i: number, arg: unknown): boolean => {
    const { from, count, member, results } = slots[i]!
    if (member < 0 || handed === undefined || arg !== memberOf(handed.tree, member))
      return offers[i]!(arg, take)
    for (let k = 0; k < count; k++) taken[from + k] = handed.leaves[results + k]!
    return true
  }

  const tensorsOf = (args: ReadonlyArray<unknown>): E.Either<RunError, ReadonlyArray<Tensor>> => {
    if (args.length !== slots.length) return checked(specs, inputs, args)
    taken = new Array<Tensor>(inputs.length)
    for (let i = 0; i < slots.length; i++) if (!quick(i, args[i])) return checked(specs, inputs, args)
    known = taken
    return E.right(known)
  }

  return (args) => {
    const tensors = tensorsOf(args)
    if (E.isLeft(tensors)) return tensors
    const values = run(tensors.right)
    if (E.isLeft(values)) return values
    const tree = build(values.right)
    handed = { tree, leaves: values.right }
    return E.right(tree)
  }
}
