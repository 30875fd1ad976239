/**
 * Laws as values: a law has a name, a statement that keeps both sides, and a check that answers with a value. Nothing here knows a test
 * framework.
 */
import type * as fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Culprit } from './culprit.js'

/**
 * How to run a law: what fast-check needs to repeat a failure.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawParameters {
  readonly seed?: number
  readonly path?: string
  readonly numRuns?: number
  /** Whether to report the first sample that fails, without looking for a smaller one. */
  readonly endOnFailure?: boolean
  /** Whether a failure lists every sample that failed on the way to the smallest. */
  readonly verbose?: boolean
}

/**
 * What a law says: the two sides that agree.
 *
 * @since 0.1.0
 * @category model
 */
export interface Statement {
  readonly left: string
  readonly right: string
}

/**
 * Two numbers that should agree and do not: where, by how much, and how far apart they may be.
 *
 * @since 0.1.0
 * @category model
 */
export interface Mismatch {
  /** Whose number it is, as in `gradient of layers[0].w`. */
  readonly of: string
  readonly index: ReadonlyArray<number>
  readonly actual: number
  readonly expected: number
  /** The error that the expected value may have. */
  readonly bar: number
}

/**
 * What is wrong with one sample.
 *
 * @since 0.1.0
 * @category model
 */
export interface Fault {
  readonly message: string
  readonly mismatch?: Mismatch
}

/**
 * The decision of a program that is nearest to a sample: which operation takes it, as `max`, and how far its operands are from where it would
 * fall otherwise, in units of the operands. A margin of 0 is a tie.
 *
 * @since 0.1.0
 * @category model
 */
export interface Kink {
  readonly operation: string
  readonly margin: number
}

/**
 * How much a comparison with differences can see: the share of the coordinates at which a wrong entry of the gradient would have been found,
 * if its relative error were a thousandth, or as large as the entry itself (dropped, doubled).
 *
 * Along direction `d` the product `<g, d>` is known up to a bar `b(d)`; a relative error `e` of entry `k` changes it by `e g_k d_k`. So the
 * power is `#{k : |e g_k d_k| > b(d) for some d} / #{k : g_k != 0}`, with the bars that were obtained.
 *
 * @since 0.1.0
 * @category model
 */
export interface Power {
  readonly thousandth: number
  readonly whole: number
}

/**
 * The judgement on one sample. `Kink` means that the sample lies at a kink, where one-sided differences had to do, and agrees with them.
 * `Inconclusive` means that the sample cannot tell right from wrong; it never counts as a failure.
 *
 * @since 0.1.0
 * @category model
 */
export type Verdict =
  | { readonly _tag: 'Pass'; readonly power?: Power }
  | { readonly _tag: 'Kink'; readonly kink: Kink; readonly power?: Power }
  | { readonly _tag: 'Inconclusive'; readonly reason: string; readonly kink?: Kink }
  | { readonly _tag: 'Fail'; readonly fault: Fault }

/**
 * Why samples could not tell right from wrong, and how many.
 *
 * @since 0.1.0
 * @category model
 */
export interface Reason {
  readonly reason: string
  readonly samples: number
}

/**
 * A law that held: how many samples were judged, how many of them at a kink by one-sided derivatives, and how many could not tell.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawPass {
  readonly _tag: 'LawPass'
  readonly law: string
  readonly runs: number
  readonly kinks: number
  readonly inconclusive: number
  /** Why samples could not tell, the most frequent first; there only where some could not. */
  readonly reasons?: ReadonlyArray<Reason>
  /** What the samples could have shown, on average; only of laws that compare gradients with differences. */
  readonly power?: Power
}

/**
 * A law that does not hold: the fault, the smallest sample found that shows it, and how to see it again.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawFailure {
  readonly _tag: 'LawFailure'
  readonly law: string
  readonly statement: Statement
  readonly fault: Fault
  /** The operation at fault, where the law can tell. */
  readonly culprit?: Culprit
  readonly counterexample: string
  readonly seed: number
  readonly path: string
  /** All samples that failed, the smallest last; there with `verbose` only. */
  readonly failing?: ReadonlyArray<string>
}

/**
 * A statement and the means to test it.
 *
 * @since 0.1.0
 * @category model
 */
export interface Law {
  readonly name: string
  readonly statement: Statement
  readonly check: (parameters?: LawParameters) => Either<LawFailure, LawPass>
}

/**
 * Laws that belong together, on top of those of the parents.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawSet {
  readonly name: string
  readonly parents: ReadonlyArray<LawSet>
  readonly laws: ReadonlyArray<Law>
}

/**
 * What a law is made from: samples, and a judge of each. Where `show` is missing, samples print as fast-check prints them.
 *
 * @since 0.1.0
 * @category model
 */
export interface LawSource<A> {
  readonly name: string
  readonly statement: Statement
  readonly arbitrary: fc.Arbitrary<A>
  readonly judge: (sample: A) => Verdict
  readonly show?: (sample: A) => string
  /** Which operation makes the smallest failing sample fail; asked once. */
  readonly localise?: (sample: A) => Culprit | undefined
  /** How many samples, unless the caller says otherwise; a function where it has to be found out. */
  readonly numRuns?: number | (() => number)
  /** How many smaller samples to try after a failure; where judging is costly, a somewhat larger counterexample is worth the time. */
  readonly shrinks?: number
}
