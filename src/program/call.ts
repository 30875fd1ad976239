/** Calls of a compiled function: trees of tensors in and out. What one call has checked or made, the next need not check again. */
import * as E from 'fp-ts/lib/Either.js'
import { showAval } from '../graph/error.js'
import { node, type Aval, type BuildError, type Input } from '../graph/Expr.js'
import { runError, type RunError } from '../graph/failure.js'
import type { Outcome, Resume, Run } from '../graph/program.js'
import { equalDims } from '../tensor/dims.js'
import { originOf, type Section } from '../tensor/lazy.js'
import { refiller } from '../tensor/refill.js'
import { isTensor, type Tensor } from '../tensor/Tensor.js'
import { leavesLike, leavesOf, locate, mismatch, offering } from '../tensor/Tree.js'

/** What stands for a value in a message; expressions that are not tensors have no value yet. */
const showValue = (t: Aval | undefined): string => {
  if (t === undefined) return 'nothing'
  const n = node(t)
  if (isInvalid(t) && n._tag === 'Invalid')
    return `an expression in error (${n.errors.map(showReason).join('; ')})`
  return `${showAval(t)}${isTensor(t) ? '' : ', which is not a tensor; evaluate it first'}`
}

const isInvalid = (t: object): boolean => '_tag' in t && t._tag === 'Invalid'

const showReason = ({ operation, message }: BuildError): string =>
  operation === '' ? message : `${operation}: ${message}`

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

/** An argument: where its leaves are among all, and the records that results hand out and that can be this argument as they are. */
interface Argument {
  readonly from: number
  readonly count: number
  readonly sections: ReadonlySet<Section>
}

const showTree = (tree: unknown): string =>
  locate(tree)
    .map(({ path, leaf }) => `${path} ${showAval(leaf as Aval)}`)
    .join('\n')

/** Trees of one structure whose leaves have the same shapes and dtypes. */
const isAlike = (a: unknown, b: unknown): boolean =>
  mismatch(a, b) === undefined && showTree(a) === showTree(b)

const argumentsOf = (
  specs: ReadonlyArray<unknown>,
  sections: ReadonlyArray<Section>
): ReadonlyArray<Argument> => {
  let from = 0
  return specs.map((s) => {
    const count = leavesOf(s).length
    const slot = { from, count, sections: new Set(sections.filter(({ tree }) => isAlike(s, tree))) }
    from += count
    return slot
  })
}

/** The positions in which a result can be the argument of the next call. */
const exchangeable = (inputs: ReadonlyArray<Input>, result: unknown): ReadonlyArray<boolean> => {
  const results = leavesOf(result) as ReadonlyArray<Aval>
  return inputs.map((x, i) => x.dtype === results[i]?.dtype && equalDims(x.shape, results[i].shape))
}

/** Arguments by position; `undefined` stands for what the run before has left in the same position. */
class Taken {
  readonly values: Array<Tensor | undefined>
  before: Outcome | undefined
  constructor(values: Array<Tensor | undefined>) {
    this.values = values
    this.before = undefined
  }
}

/** Results that are all there. */
const finished = (values: ReadonlyArray<Tensor>): Outcome => {
  const leaf = (i: number): Tensor => values[i]!
  return { leaf, known: leaf }
}

const resuming =
  (run: Run): Resume =>
  (values, before) =>
    E.map(finished)(run(Array.from(values, (t, i) => t ?? before!.leaf(i))))

/** Takes an argument that is a record handed out by an earlier call, without looking into it; whether it is one. */
const takeWhole = ({ from, count, sections }: Argument, arg: unknown, taken: Taken): boolean => {
  const origin = originOf(arg)
  if (origin === undefined || !sections.has(origin.section)) return false
  const [outcome, at] = [origin.leaves as Outcome, origin.section.from]
  if (at === from && (taken.before ?? outcome) === outcome) taken.before = outcome
  else for (let k = 0; k < count; k++) taken.values[from + k] = outcome.leaf(at + k)
  return true
}

/** The compiled function, for what runs on leaves. */
export const calling = (
  specs: ReadonlyArray<unknown>,
  inputs: ReadonlyArray<Input>,
  result: unknown,
  run: Run
): ((args: ReadonlyArray<unknown>) => E.Either<RunError, unknown>) => {
  const { part: build, sections } = refiller(result, run.isLazy)
  const resume = run.resume ?? resuming(run)
  const slots = argumentsOf(specs, sections)
  const offers = specs.map((s, i) => offering(s, slots[i]!.from))
  const alike = exchangeable(inputs, result)
  let handed: Outcome | undefined
  /** The arguments of the last call, which have been looked at. */
  let known: ReadonlyArray<Tensor | undefined> = []

  /** Looking at an argument may run this very program, if that is what a getter does; so nothing of a call is shared. */
  const taking = (taken: Taken, last: Outcome | undefined) => (leaf: unknown, i: number) => {
    if (leaf === undefined) return false
    if (alike[i] && last?.known(i) === leaf && (taken.before ?? last) === last) {
      taken.before = last
      return true
    }
    if (leaf !== known[i] && !fits(inputs[i]!, leaf as Aval)) return false
    taken.values[i] = leaf as Tensor
    return true
  }

  const taken = (args: ReadonlyArray<unknown>): E.Either<RunError, Taken> => {
    const out = new Taken(new Array<Tensor | undefined>(inputs.length))
    const take = taking(out, handed)
    let fit = args.length === slots.length
    for (let i = 0; i < slots.length && fit; i++)
      fit = takeWhole(slots[i]!, args[i], out) || offers[i]!(args[i], take)
    return fit
      ? E.right(out)
      : E.map((values: ReadonlyArray<Tensor>) => new Taken([...values]))(checked(specs, inputs, args))
  }

  return (args) => {
    const found = taken(args)
    if (E.isLeft(found)) return found
    const { values, before } = found.right
    const outcome = resume(values, before)
    if (E.isLeft(outcome)) return outcome
    handed = outcome.right
    known = values
    return E.right(build(handed))
  }
}
