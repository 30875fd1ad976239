import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { engineLaws, type EngineOptions } from '../../laws/index.js'
import { judgePlay, showPlay } from '../../laws/packs/runs.js'
import type { Play } from '../../laws/grow/shorten.js'
import { newest } from '../../laws/grow/moves.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import * as make from '../../src/graph/make.js'
import { reuse, reusing, rewrite, topological } from '../../src/graph/fold.js'
import { reference, wasm, type Engine, type Tensor } from '../../src/index.js'
import type { Run } from '../../src/graph/program.js'
import { deferred, elements, own } from '../../src/tensor/Tensor.js'
import { broken, firstFailure } from './broken.js'

const copied = (t: Tensor): Tensor => own(t.shape, t.dtype, elements(t).slice())

/** Results that share nothing with arguments, constants or each other. */
const separate =
  (run: Run): Run =>
  (xs) =>
    E.map((ys: ReadonlyArray<Tensor>) => ys.map(copied))(run(xs))

const tensorsOf = (ys: ReturnType<Run>): ReadonlyArray<Tensor> => (E.isRight(ys) ? ys.right : [])

/** The reference engine with each compiled program changed. */
const planted = (change: (run: Run) => Run): Engine => ({
  name: 'planted',
  compile: ({ results, parameters }) =>
    E.map((run: Run) => change(separate(run)))(reference.compile({ results, parameters }))
})

/** Another number in the first place, if there is one. */
const spoil = (t: Tensor | undefined): void => {
  const xs = t === undefined ? [] : elements(t)
  if (xs.length > 0) xs[0] = t?.dtype === 'bool' ? 1 - (xs[0] ?? 0) : (xs[0] ?? 0) + 1
}

const both = ['runs', 'interleaved runs']

const brokenBy = (engine: Engine, options: EngineOptions = {}): ReadonlyArray<string> =>
  broken(engineLaws(reference, engine, { numRuns: 10, ...options }))

describe('faults that only runs after runs show', () => {
  it('an earlier result is written to', () => {
    const overwriting = planted((run) => {
      let last: ReadonlyArray<Tensor> = []
      return (xs) => {
        spoil(last.at(-1))
        const ys = run(xs)
        last = tensorsOf(ys)
        return ys
      }
    })
    expect(brokenBy(overwriting)).toEqual(both)
  })

  it('its own result as an argument gives the same results again', () => {
    const remembering = planted((run) => {
      let last: ReadonlyArray<Tensor> = []
      return (xs) => {
        if (xs.length > 0 && xs[0] === last[0]) return E.right(last)
        const ys = run(xs)
        last = tensorsOf(ys)
        return ys
      }
    })
    expect(brokenBy(remembering)).toEqual(both)
  })

  it('a constant changes after the third run', () => {
    const forgetful: Engine = {
      name: 'planted',
      compile: ({ results, parameters }) => {
        const mine = rewrite(results, {
          ...reusing,
          value: (n, xs) => (n._tag === 'Constant' ? make.constant(copied(n.value)) : reuse(n, xs))
        })
        const constants = topological(mine).flatMap((n) => (n._tag === 'Constant' ? [n.value] : []))
        let runs = 0
        return E.map((run: Run): Run => (xs) => {
          if (runs++ === 3) constants.forEach(spoil)
          return separate(run)(xs)
        })(reference.compile({ results: mine, parameters }))
      }
    }
    expect(brokenBy(forgetful)).toEqual(both)
  })

  it('arguments are written to, from the second run on', () => {
    const writing = planted((run) => {
      let runs = 0
      return (xs) => {
        const ys = run(xs)
        if (runs++ > 0) spoil(xs[0])
        return ys
      }
    })
    expect(brokenBy(writing)).toEqual(both)
  })

  it('results are read late, from where the next run puts its own', () => {
    const late = planted((run) => {
      let now: ReadonlyArray<Tensor> = []
      const read = (k: number) => elements(now[k]!)
      return (xs) => {
        const ys = run(xs.map(copied))
        now = tensorsOf(ys)
        return E.map((ts: ReadonlyArray<Tensor>) =>
          ts.map((t, k) => deferred(t.shape, t.dtype, { read }, k))
        )(ys)
      }
    })
    expect(brokenBy(late)).toEqual(both)
  })

  it('results get another dtype, or are fewer, or errors', () => {
    const laterOn = (change: (ys: ReturnType<Run>) => ReturnType<Run>): Engine =>
      planted((run) => {
        let runs = 0
        return (xs) => (runs++ < 4 ? run(xs) : change(run(xs)))
      })
    const fewer = laterOn(E.map((ys) => ys.slice(1)))
    const other = laterOn(
      E.map((ys) => ys.map((t) => fromValues(t.shape, 'u32', [...elements(t)].map(Math.abs))))
    )
    const failing = laterOn(() => E.left({ _tag: 'RunError', operation: 'take', message: 'out of range' }))
    for (const engine of [fewer, other, failing]) expect(brokenBy(engine)).toEqual(both)
  })
})

it('results of two programs are mixed up', () => {
  // What one program handed out last is where the other one puts what has the same place and size.
  const memory: { owner: object | undefined; last: ReadonlyArray<Tensor> } = { owner: undefined, last: [] }
  const sharing = planted((run) => {
    const me = {}
    return (xs) => {
      const ys = run(xs)
      const mine = tensorsOf(ys)
      if (memory.owner !== me)
        memory.last.forEach((t, k) => {
          const [theirs, ours] = [elements(t), mine[k] === undefined ? [] : elements(mine[k])]
          if (theirs.length === ours.length) theirs.set(ours)
        })
      memory.owner = me
      memory.last = mine
      return ys
    }
  })
  expect(brokenBy(sharing)).toEqual(['interleaved runs'])
})

it('whatever closeness is claimed', () => {
  const growing = planted((run) => {
    let runs = 0
    return (xs) => {
      const ys = run(xs)
      if (runs++ > 2) tensorsOf(ys).forEach((t) => t.dtype === 'f64' && elements(t).fill(1e-300, 0, 1))
      return ys
    }
  })
  expect(brokenBy(growing, { ulps: 1e9, errors: 'kind' })).toEqual(both)
})

it('programs leave out what an engine lacks', () => {
  const lacks = [
    'Concat',
    'Binary',
    'Contract',
    'Custom',
    'Project',
    'Call',
    'Scan',
    'While',
    'Case'
  ] as const
  const poor: Engine = {
    name: 'poor',
    compile: ({ results, parameters }) =>
      topological(results).some((n) => lacks.some((family) => family === n._tag))
        ? E.left({ _tag: 'CompileError', errors: [] })
        : reference.compile({ results, parameters })
  }
  const names = brokenBy(poor, { lacks, errors: 'kind' })
  expect(names.filter((name) => both.includes(name))).toEqual([])
  expect(brokenBy(poor, { lacks: ['Custom'] })).toEqual(expect.arrayContaining(both))
})

describe('what is said', () => {
  const x = make.input('x', [2], 'f32')
  const twice = make.binary('add', x, x)
  const start = fromValues([2], 'f32', [1, 2])
  const move = { program: 0, sources: [newest], looks: [0] }
  const play: Play = {
    programs: [{ results: [twice], parameters: [x] }],
    starts: [[start]],
    moves: [move, move]
  }

  it('the programs, the starting points, the script', () => {
    expect(showPlay(play)).toMatch(
      /^program 0: \(x: f32\[2\]\) =>[^;]*return \[\w\]; start 0: f32\[2\] \[1,2\]; run 0 = program 0 \(start 0\[0\]\), then look at run 0\[0\]; run 1 = program 0 \(run 0\[0\]\), then look at run 1\[0\]$/
    )
  })

  it('which run, which result, where in it, and when', () => {
    const stale = planted((run) => {
      let first: ReadonlyArray<Tensor> = []
      return (xs) => {
        const ys = first.length > 0 ? first : tensorsOf(run(xs))
        first = ys
        return E.right(ys)
      }
    })
    const verdict = judgePlay(reference, stale)(play)
    expect(verdict._tag === 'Fail' && verdict.fault.message).toBe(
      'run 1[0], looked at after run 1, at [0]: 2, expected 4 (f32)'
    )
  })

  it('which argument is not what it was, if no result tells', () => {
    const spoiling = planted((run) => (xs) => {
      const ys = run(xs)
      spoil(xs[0])
      return ys
    })
    const verdict = judgePlay(reference, spoiling)({ ...play, moves: [move] })
    expect(verdict._tag === 'Fail' && verdict.fault.message).toBe(
      'the argument start 0[0] changes: it at [0]: 2, expected 1 (f32)'
    )
  })

  it('that a result changes after it was looked at', () => {
    const changing = planted((run) => {
      let last: ReadonlyArray<Tensor> = []
      return (xs) => {
        spoil(last[0])
        const ys = run(xs.map(copied))
        last = tensorsOf(ys)
        return ys
      }
    })
    const again = { ...move, sources: [{ _tag: 'Start', point: 0 }] } as const
    const verdict = judgePlay(reference, changing)({ ...play, moves: [again, again] })
    expect(verdict._tag === 'Fail' && verdict.fault.message).toBe(
      'run 0[0], looked at in the end, at [0]: 3, expected 2 (f32)'
    )
  })

  it('as few moves, results, operations and numbers as show it', () => {
    const third = planted((run) => {
      let runs = 0
      return (xs) => {
        const ys = run(xs)
        if (++runs === 3) tensorsOf(ys).forEach(spoil)
        return ys
      }
    })
    const { laws, ...set } = engineLaws(reference, third)
    const message = firstFailure({ ...set, laws: laws.filter(({ name }) => name.includes(': interleaved')) })
    expect(message).toMatch(/run 2 = program 0 \([^)]*\)\n {2}replay/)
    expect(message).not.toMatch(/program 1|start 1|run 3|, then look/)
    expect(message).toMatch(/=> return \[x\d\]; start 0: \w+\[\] (1|true); run 0/)
  })
})

describe('engines that hold', () => {
  const laws = (engine: Engine): ReadonlyArray<string> => {
    const { laws: all, ...set } = engineLaws(reference, engine, {
      lacks: ['Custom'],
      numRuns: 100
    })
    return broken({ ...set, laws: all.filter(({ name }) => /: (interleaved )?runs$/.test(name)) }, {})
  }

  it('the reference engine', () => {
    expect(laws(reference)).toEqual([])
  })

  it('the wasm engine', () => {
    expect(laws(wasm)).toEqual([])
  })
})
