/** What every engine asks of a program before it compiles it. */
import type * as E from 'fp-ts/lib/Either.js'
import type { Tensor } from '../tensor/Tensor.js'
import { causes, invalid } from './error.js'
import type { Input, Node, Value } from './Expr.js'
import { compileError, type CompileError, type RunError } from './failure.js'

const nameOf = (n: Value): string => (n._tag === 'Input' ? n.name : '')

const unbound = (n: Value): Value =>
  invalid('compile', [n], `input ${nameOf(n)} has no value; make it an argument of the compiled function`)

const boundTwice = (n: Value): Value =>
  invalid(
    'compile',
    [n],
    `input ${nameOf(n)} is bound to two arguments; give each argument an input of its own`
  )

const repeated = (inputs: ReadonlyArray<Input>): ReadonlyArray<Input> => {
  const first = new Map<Input, number>()
  inputs.forEach((x, i) => first.set(x, first.get(x) ?? i))
  return inputs.filter((x, i) => first.get(x) !== i)
}

/** What a run leaves: its results by position, each made when it is asked for, and always the same one. */
export interface Outcome {
  readonly leaf: (i: number) => Tensor
  /** The result, if it has been made. */
  readonly known: (i: number) => Tensor | undefined
}

/** Goes on from what an earlier run has left: `undefined` stands for its result in the same position, which need not be made for that. */
export type Resume = (
  values: ReadonlyArray<Tensor | undefined>,
  before: Outcome | undefined
) => E.Either<RunError, Outcome>

/** A compiled region: tensors for its parameters, in order, to tensors for its results. */
export interface Run {
  (values: ReadonlyArray<Tensor>): E.Either<RunError, ReadonlyArray<Tensor>>
  /** The same for engines that keep results until somebody looks. */
  readonly resume?: Resume
  /** Whether `resume` leaves results that may be asked for at any time. */
  readonly isLazy?: boolean
}

/**
 * All that is wrong with a program, each cause once: expressions in error, inputs that no argument is bound to or more than one, and what the
 * engine lacks, which it says itself.
 */
export const faultsOf = (
  order: ReadonlyArray<Node>,
  inputs: ReadonlyArray<Input>,
  lacks: (n: Node) => ReadonlyArray<Value> = () => []
): CompileError | undefined => {
  const bound = new Set<Node>(inputs)
  const more = order.flatMap((n) => (n._tag === 'Input' && !bound.has(n) ? [unbound(n)] : lacks(n)))
  const again = bound.size === inputs.length ? [] : repeated(inputs).map(boundTwice)
  const errors = causes([...order, ...more, ...again])
  return errors.length === 0 ? undefined : compileError(errors)
}
