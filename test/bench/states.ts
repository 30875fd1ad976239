/**
 * What it costs to look at states late, as one line of JSON: each loop's time for a step, and its ratio to a loop that does not look late.
 * `npm run bench:states` takes 1,000 steps of the network 784-128-10 a loop; a number after it is another count.
 */
import { showError, toTypedArray, type Tensor } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { networks, type Result, type Start, type Step } from '../wasm/hash/weights.js'

const tensorsIn = (tree: unknown): ReadonlyArray<Tensor> => {
  if (typeof tree !== 'object' || tree === null) return []
  return '_tag' in tree && tree._tag === 'Tensor' ? [tree as Tensor] : Object.values(tree).flatMap(tensorsIn)
}

/** Every element of a state, as a copy. */
const read = (state: unknown): number => tensorsIn(state).reduce((n, t) => n + toTypedArray(t).length, 0)

const timed = (run: () => void): number => {
  const start = performance.now()
  run()
  return performance.now() - start
}

const orders = {
  forwards: (n: number) => Array.from({ length: n }, (_, i) => i),
  backwards: (n: number) => Array.from({ length: n }, (_, i) => n - 1 - i),
  /** Each once, far apart. */
  scattered: (n: number) => Array.from({ length: n }, (_, i) => (i * 619) % n)
}

const loopsOf = <S, X, Y>({ state, x, y }: Start<S, X, Y>, step: Step<S, X, Y>, count: number) => {
  const next = (s: S): S =>
    pipe(
      step(s, x, y),
      E.match(
        () => s,
        ([t]) => t
      )
    )
  const going = (look: (s: S, i: number) => void) => (): void => {
    let s = state
    for (let i = 0; i < count; i++) {
      s = next(s)
      look(s, i)
    }
  }
  const late = (order: (n: number) => ReadonlyArray<number>) => (): void => {
    const states: Array<S> = []
    going((s) => states.push(s))()
    for (const i of order(count)) read(states[i])
  }
  const best = (when: 'new' | 'late') => (): void => {
    let kept = state
    going((s, i) => {
      if (i % 10 !== 9) return
      if (when === 'late') read(kept)
      kept = s
      if (when === 'new') read(kept)
    })()
  }
  /** Two trainings by turns, each of half as many steps. */
  const turns = (): void => {
    let [a, b] = [state, next(state)]
    for (let i = 0; i < count; i += 2) [a, b] = [next(a), next(b)]
  }
  const nothing = going(() => undefined)
  return {
    'read at the end, forwards': [late(orders.forwards), going(read)],
    'read at the end, backwards': [late(orders.backwards), going(read)],
    'read at the end, scattered': [late(orders.scattered), going(read)],
    'every tenth read when new': [best('new'), nothing],
    'every tenth read ten steps late': [best('late'), nothing],
    'two trainings by turns': [turns, nothing]
  } as const
}

interface Ratio {
  readonly us: number
  readonly against: number
  readonly ratio: number
}

const median = (xs: ReadonlyArray<number>): number => [...xs].sort((a, b) => a - b)[xs.length >> 1] ?? NaN

/** Both loops by turns, so that what else the machine does meets both. */
const ratioOf = (loop: () => void, other: () => void, count: number): Ratio => {
  const rounds = Array.from({ length: 3 }, () => [timed(loop), timed(other)] as const)
  const per = (k: 0 | 1): number => (1000 * median(rounds.map((r) => r[k]))) / count
  return { us: per(0), against: per(1), ratio: per(0) / per(1) }
}

const measured = <S, X, Y>(
  start: Result<Start<S, X, Y>>,
  compiled: (state: S, x: X, y: Y) => Result<Step<S, X, Y>>,
  count: number
) =>
  pipe(
    start,
    E.chain((s) =>
      pipe(
        compiled(s.state, s.x, s.y),
        E.map((step) =>
          Object.entries(loopsOf(s, step, count)).map(
            ([name, [loop, other]]) => [name, ratioOf(loop, other, count)] as const
          )
        )
      )
    ),
    E.getOrElseW((e) => [['failed', showError(e)] as const])
  )

const [count = 1000] = process.argv.slice(2).map(Number)

for (const [name, found] of measured(networks.digits.start(), networks.digits.compiled, count))
  console.log(JSON.stringify({ [name]: found }))
