/** Work over padded values, piece by piece, is the work over values that have been padded in memory. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { register, type Program } from '../../../laws/index.js'
import { fail, firstFailure, law, pass, type Verdict } from '../../../laws/law/index.js'
import { outcomeOn, sameOutcome, showProgram } from '../../../laws/packs/outcome.js'
import * as make from '../../../src/graph/make.js'
import type { Input, Node, Value } from '../../../src/graph/Expr.js'
import { canonical } from '../../../src/graph/merge.js'
import { reference, wasm, type Engine } from '../../../src/index.js'
import { fused } from '../../../src/wasm/fuse/index.js'
import { usual } from '../../../src/wasm/lower/group.js'
import { lower } from '../../../src/wasm/lower/lower.js'
import { piecesOf, type Block, type Piece } from '../../../src/wasm/lower/pieces.js'
import { schedule, type Group } from '../../../src/wasm/lower/schedule.js'
import { engine } from '../fuse/engine.js'
import { equalDims, range, size, type Dims } from '../../../src/tensor/dims.js'
import type { DType } from '../../../src/tensor/DType.js'
import { allocate } from '../../../src/tensor/DType.js'
import { own } from '../../../src/tensor/Tensor.js'
import { operands } from '../../../src/graph/families.js'

const isIn = (point: Dims, { start, shape }: Block): boolean =>
  point.every((k, axis) => k >= (start[axis] ?? 0) && k < (start[axis] ?? 0) + (shape[axis] ?? 0))

const points = (domain: Dims): ReadonlyArray<Dims> =>
  domain.reduce<ReadonlyArray<Dims>>(
    (some, d) => some.flatMap((p) => range(0, d).map((i) => [...p, i])),
    [[]]
  )

interface Cut {
  readonly domain: Dims
  readonly blocks: ReadonlyArray<Block>
}

const cuts: fc.Arbitrary<Cut> = fc.array(fc.nat(5), { maxLength: 3 }).chain((domain) =>
  fc.record({
    domain: fc.constant(domain),
    blocks: fc.array(
      fc.tuple(...domain.map((d) => fc.tuple(fc.nat(d), fc.nat(d)))).map((ends): Block => ({
        start: ends.map(([a, b]) => Math.min(a, b)),
        shape: ends.map(([a, b]) => Math.abs(a - b))
      })),
      { maxLength: 3 }
    )
  })
)

/** Every point is in one piece, which is in the blocks that the point is in. */
const divides = ({ domain, blocks }: Cut): Verdict => {
  const pieces = piecesOf(domain, blocks)
  const isRight = (p: Dims, [piece, ...more]: ReadonlyArray<Piece<Block>>): boolean =>
    piece !== undefined && more.length === 0 && blocks.every((b) => piece.inside.includes(b) === isIn(p, b))
  const odd = points(domain).find(
    (p) =>
      !isRight(
        p,
        pieces.filter((b) => isIn(p, b))
      )
  )
  return odd === undefined ? pass : fail(`point ${odd.join()} is not where it should be`)
}

type Draw = (n: number) => number

/** Some long enough to be worth pieces, some not. */
const shapes: ReadonlyArray<Dims> = [[40], [70], [3, 40], [36, 2], [3, 5], [2, 3, 33], [2, 34, 2], [0, 40]]

const padded = (x: Value, low: Dims, whole: Dims, value: number): Value =>
  make.pad(
    low,
    whole.map((d, axis) => d - (low[axis] ?? 0) - (x.shape[axis] ?? 0)),
    whole.map(() => 0),
    value,
    x
  )

/** A part of a value, with a number around it; or every second element of a line, with one in between. */
const patched = (x: Value, whole: Dims, draw: Draw): Value => {
  const low = whole.map((d) => (draw(3) === 0 ? 0 : draw(Math.min(4, d + 1))))
  const limit = whole.map((d, axis) => Math.max(low[axis] ?? 0, draw(3) === 0 ? d : d - draw(4)))
  const part = make.slice(
    low,
    limit,
    whole.map(() => 1),
    x
  )
  const inner = x.dtype === 'bool' || draw(2) === 0 ? part : make.unary('neg', part)
  const value = draw(3) - 1
  if (whole.length === 1 && whole[0]! > 2 && draw(4) === 0) {
    const every = make.slice([0], [whole[0]!], [2], x)
    return make.pad([0], [(whole[0]! + 1) % 2], [1], value, every)
  }
  const at = whole.map((d, axis) => draw(d - (part.shape[axis] ?? 0) + 1))
  return padded(inner, at, whole, x.dtype === 'bool' ? Math.abs(value) : value)
}

/** One number for all elements. */
const spread = (x: Value, whole: Dims): Value =>
  make.broadcast(whole, [], make.reduce('max', range(0, whole.length), x))

const grown = (x: Value, y: Value, whole: Dims, draw: Draw): Value => {
  const kind = draw(12)
  if (kind < 4) return patched(x, whole, draw)
  if (kind === 4) return make.binary('add', x, make.iota(draw(whole.length), whole, x.dtype))
  if (kind === 5 && size(whole) > 0) return make.binary('sub', y, spread(x, whole))
  if (kind === 6) return make.select(patched(make.binary('lt', x, y), whole, draw), x, y)
  if (kind === 7) return make.unary(draw(2) === 0 ? 'neg' : 'abs', x)
  if (kind === 8) return make.binary('div', x, y)
  if (kind === 9) return make.reverse([draw(whole.length)], x)
  return make.binary(kind === 10 ? 'mul' : 'add', x, y)
}

const valuesOf = ({ shape, dtype }: Input, k: number) => {
  const data = allocate(dtype, size(shape))
  return own(
    shape,
    dtype,
    data.map((_, i) => (((7 * i + 3 * k) % 11) - 5) / (dtype === 'i32' ? 1 : 4)) as typeof data
  )
}

const programOf = (
  instructions: ReadonlyArray<ReadonlyArray<number>>,
  whole: Dims,
  dtype: DType
): Program => {
  const parameters = range(0, 2).map((i) => make.input(`x${String(i)}`, whole, dtype))
  const pool: Array<Value> = [...parameters]
  for (const numbers of instructions) {
    let at = 0
    const draw: Draw = (n) => (numbers[at++] ?? 0) % n
    const alike = [...pool].reverse()
    pool.push(grown(alike[draw(3) % alike.length]!, alike[draw(alike.length)]!, whole, draw))
  }
  const used = new Set(pool.flatMap(operands))
  const results = pool.filter((n, i) => i > 1 && (!used.has(n) || i % 5 === 3))
  return { results, parameters, point: parameters.map(valuesOf) }
}

const programs: fc.Arbitrary<Program> = fc
  .tuple(
    fc.array(fc.array(fc.nat(1000), { minLength: 16, maxLength: 16 }), {
      minLength: 1,
      maxLength: 14,
      size: 'max'
    }),
    fc.constantFrom(...shapes),
    fc.constantFrom<DType>('f32', 'f64', 'i32')
  )
  .map(([instructions, whole, dtype]) => programOf(instructions, whole, dtype))

/** In pieces however short their runs are, and never. */
const [always, never] = [
  { ...usual, run: 1 },
  { ...usual, pieces: 0 }
].map((limits) => engine(fused, (listed, embed) => lower(listed, embed, limits))) as [Engine, Engine]

const judge = (program: Program): Verdict =>
  firstFailure(
    () => sameOutcome(outcomeOn(wasm)(program), outcomeOn(reference)(program)),
    () => sameOutcome(outcomeOn(always)(program), outcomeOn(never)(program))
  )

register({
  name: 'pieces',
  parents: [],
  laws: [
    law({
      name: 'a domain',
      statement: { left: 'each of its points', right: 'in one piece, and that in the same blocks' },
      arbitrary: cuts,
      judge: divides,
      numRuns: 1000
    }),
    law({
      name: 'padded programs',
      statement: { left: 'work in pieces', right: 'the reference' },
      arbitrary: programs,
      judge,
      show: showProgram,
      numRuns: 1000
    })
  ]
})(test)

/** The groups of some programs that go through their domains in pieces. */
const inPieces = (): ReadonlyArray<readonly [Group, ReadonlyArray<Node>]> =>
  fc.sample(programs, { numRuns: 300, seed: 1 }).flatMap(({ results }) => {
    const program = canonical(results, 'erased')
    return schedule(program).groups.flatMap((g) =>
      g.blocks.length === 0 ? [] : [[g, g.members.map((i) => program.nodes[i]!)] as const]
    )
  })

test('programs under the laws have work in pieces: with several paddings, positions along axes, and alone where rows are short', () => {
  const groups = inPieces()
  const isPad = (n: Node): boolean => n._tag === 'Pad'
  expect(groups.filter(([, ns]) => ns.some(isPad) && !ns.every(isPad)).length).toBeGreaterThan(100)
  expect(groups.filter(([, ns]) => ns.filter(isPad).length > 1).length).toBeGreaterThan(30)
  expect(groups.filter(([, ns]) => ns.some((n) => n._tag === 'Iota')).length).toBeGreaterThan(10)
  expect(groups.filter(([g, ns]) => equalDims(g.domain, [3, 5]) && ns.every(isPad)).length).toBeGreaterThan(
    20
  )
  expect(groups.some(([g, ns]) => equalDims(g.domain, [3, 5]) && !ns.every(isPad))).toBe(false)
})
