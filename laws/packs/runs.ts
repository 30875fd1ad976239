/** Laws of engines over runs: programs are functions, however often they run, whatever runs in between, and wherever their arguments come from. */
import * as E from 'fp-ts/lib/Either.js'
import { showAval } from '../../src/graph/error.js'
import type { CompileError, RunError } from '../../src/graph/failure.js'
import { print } from '../../src/graph/print.js'
import type { Engine } from '../../src/program/compile.js'
import type { TypedArrayOf } from '../../src/tensor/DType.js'
import { elements, own, toTypedArray, type Tensor } from '../../src/tensor/Tensor.js'
import { showTensor } from '../arbitrary/tensor.js'
import { fail, law, pass, type Law, type Verdict } from '../law/index.js'
import { unravel } from '../oracle/compare.js'
import type { Region } from '../../src/graph/Region.js'
import type { Point } from '../oracle/run.js'
import { stepsOf, type Reference, type Step } from '../grow/moves.js'
import { plays, type PlayOptions } from '../grow/play.js'
import { exactPrograms, type Play } from '../grow/shorten.js'
import { isLike } from '../grow/states.js'

type Failure = CompileError | RunError
type Run = (point: Point) => E.Either<Failure, Point>

const showReference = ({ from, at, place }: Reference): string =>
  from === 'start' ? `start ${at}[${place}]` : `run ${at}[${place}]`

const showStep = ({ program, sources, looks }: Step, i: number): string =>
  `run ${i} = program ${program} (${sources.map(showReference).join(', ')})${looks.length === 0 ? '' : `, then look at ${looks.map(showReference).join(', ')}`}`

/** The programs, where they start, and the script in words. */
export const showPlay = (play: Play): string => {
  const programs = exactPrograms(play)
  return [
    ...programs.map(({ results }, i) => `program ${i}: ${print([...results])}`),
    ...play.starts.map((point, i) => `start ${i}: ${point.map(showTensor).join(', ')}`),
    ...stepsOf(programs, play.starts.length, play.moves).map(showStep)
  ].join('; ')
}

/** What one engine has in its hands: the tensors of the starting points, and those of each run. */
interface Hands {
  readonly runs: ReadonlyArray<Run>
  readonly starts: ReadonlyArray<Point>
  readonly results: Array<Point>
}

const copied = (t: Tensor): Tensor => own(t.shape, t.dtype, elements(t).slice())

const handsOf = (runs: ReadonlyArray<Run>, { starts }: Play): Hands => ({
  runs,
  starts: starts.map((point) => point.map(copied)),
  results: []
})

const tensorAt = ({ starts, results }: Hands, { from, at, place }: Reference): Tensor | undefined =>
  (from === 'start' ? starts : results)[at]?.[place]

const taken = (hands: Hands, { program, sources }: Step): E.Either<Failure, Point> | undefined =>
  hands.runs[program]?.(sources.flatMap((source) => tensorAt(hands, source) ?? []))

/** The first place at which numbers differ. Engines may differ in the sign of zero, which no other number here depends on. */
const differing = (xs: TypedArrayOf, ys: TypedArrayOf): number => {
  for (let i = 0; i < ys.length; i++) if (xs[i] !== ys[i]) return i
  return xs.length === ys.length ? -1 : ys.length
}

/** A look is for good, or at what is there now. */
type Look = (t: Tensor) => TypedArrayOf

const compared = (of: string, look: Look, actual: Tensor | undefined, expected: Tensor): Verdict => {
  if (actual === undefined) return fail(`${of} is missing`)
  if (!isLike(actual, expected)) return fail(`${of} is ${showAval(actual)}, expected ${showAval(expected)}`)
  const [xs, ys] = [look(actual), elements(expected)]
  const i = differing(xs, ys)
  return i < 0
    ? pass
    : fail(
        `${of} at [${unravel(expected.shape, i).join(', ')}]: ${xs[i]}, expected ${ys[i]} (${expected.dtype})`
      )
}

const firstOf = <A>(xs: Iterable<A>, judge: (x: A) => Verdict): Verdict => {
  for (const x of xs) {
    const verdict = judge(x)
    if (verdict._tag === 'Fail') return verdict
  }
  return pass
}

const everywhere = (points: ReadonlyArray<Point>, from: Reference['from']): ReadonlyArray<Reference> =>
  points.flatMap((point, at) => point.map((_, place): Reference => ({ from, at, place })))

/** Engines may say in other words what is wrong, but must find the same. */
const sameKind = (
  when: string,
  actual: E.Either<Failure, unknown>,
  expected: E.Either<Failure, unknown>
): Verdict => {
  const kind = (x: E.Either<Failure, unknown>): string => (E.isLeft(x) ? x.left._tag : 'results')
  return kind(actual) === kind(expected) ? pass : fail(`${when}: ${kind(actual)}, expected ${kind(expected)}`)
}

/** Both engines take one step. */
const step = (actual: Hands, expected: Hands, one: Step, i: number): Verdict => {
  const [x, y] = [taken(actual, one), taken(expected, one)]
  if (x === undefined || y === undefined) return pass
  const kind = sameKind(`run ${i}`, x, y)
  if (kind._tag === 'Fail') return kind
  const [xs, ys] = [E.isRight(x) ? x.right : [], E.isRight(y) ? y.right : []]
  actual.results.push(xs)
  expected.results.push(ys)
  return xs.length === ys.length ? pass : fail(`run ${i} gives ${xs.length} results, expected ${ys.length}`)
}

const looksAt =
  (actual: Hands, expected: Hands, when: string, look: Look) =>
  (reference: Reference): Verdict => {
    const y = tensorAt(expected, reference)
    return y === undefined
      ? pass
      : compared(`${showReference(reference)}, looked at ${when},`, look, tensorAt(actual, reference), y)
  }

/** Every second look is at what is there now, the others keep what they find; in the end everything is looked at. */
const played = (actual: Hands, expected: Hands, steps: ReadonlyArray<Step>): Verdict => {
  const during = firstOf(steps.entries(), ([i, one]) => {
    const taking = step(actual, expected, one, i)
    return taking._tag === 'Fail'
      ? taking
      : firstOf(one.looks.entries(), ([k, reference]) =>
          looksAt(actual, expected, `after run ${i}`, (i + k) % 2 === 0 ? elements : toTypedArray)(reference)
        )
  })
  return during._tag === 'Fail'
    ? during
    : firstOf(everywhere(expected.results, 'call'), looksAt(actual, expected, 'in the end', toTypedArray))
}

const unchanged = (play: Play, hands: Hands): Verdict =>
  firstOf(everywhere(play.starts, 'start'), (reference) => {
    const was = play.starts[reference.at]?.[reference.place]
    return was === undefined
      ? pass
      : compared(
          `the argument ${showReference(reference)} changes: it`,
          elements,
          tensorAt(hands, reference),
          was
        )
  })

const compiledBy = (
  { compile }: Engine,
  graphs: ReadonlyArray<Region>
): ReadonlyArray<E.Either<CompileError, Run>> => graphs.map(compile)

/** Whether two engines agree at every look. Without results from the one there is nothing to ask the other. */
export const judgePlay =
  (expected: Engine, actual: Engine) =>
  (play: Play): Verdict => {
    const programs = exactPrograms(play)
    const [xs, ys] = [compiledBy(actual, programs), compiledBy(expected, programs)]
    const compiles = firstOf(ys.entries(), ([i, y]) => sameKind(`program ${i}`, xs[i] ?? y, y))
    const [mine, theirs] = [
      xs.flatMap((x) => (E.isRight(x) ? [x.right] : [])),
      ys.flatMap((y) => (E.isRight(y) ? [y.right] : []))
    ]
    if (compiles._tag === 'Fail' || mine.length < programs.length) return compiles
    const hands = handsOf(mine, play)
    const verdict = played(hands, handsOf(theirs, play), stepsOf(programs, play.starts.length, play.moves))
    return verdict._tag === 'Fail' ? verdict : unchanged(play, hands)
  }
/** What engines are compared on: how many programs take turns, and how large they are. */
export interface RunsSource extends PlayOptions {
  readonly numRuns?: number
}

const names: Readonly<Record<PlayOptions['programs'], string>> = { 1: 'runs', 2: 'interleaved runs' }

/** An engine's programs are functions like those of another engine, run on their own results and on those of each other. */
export const runsLaw = (expected: Engine, actual: Engine, { numRuns = 50, ...options }: RunsSource): Law =>
  law({
    name: `Engine ${actual.name}: ${names[options.programs]}`,
    statement: { left: `${actual.name} run after run`, right: expected.name },
    arbitrary: plays(options),
    judge: judgePlay(expected, actual),
    show: showPlay,
    numRuns
  })
