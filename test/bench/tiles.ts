/**
 * Gigaflops of one tile of a matrix product, whose operands are in the nearest cache, by what hosts make of its loop: with one or two loops around
 * that over the terms, and with its sums stored, computed with, or sent through memory before that. Run with `npm run bench:tiles`.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { counted, locals, move, nothing, repeat, sequence, type Func } from '../../src/wasm/encode/control.js'
import { encode } from '../../src/wasm/encode/module.js'
import { f32x4, v128 } from '../../src/wasm/encode/simd.js'
import { i32, type Place, type Statement } from '../../src/wasm/encode/value.js'
import {
  clear,
  registersOf,
  term,
  throughMemory,
  type Sums
} from '../../src/wasm/emit/product/accumulators.js'
import { machineOf } from '../../src/wasm/run/host.js'
import { measured } from './turns.js'

const [rows, vectors, terms, tiles] = [4, 2, 256, 200]
const at = { panel: 65536, results: 131072, room: 196608 }

type Way = 'stored' | 'computed with' | 'through memory'

const results = (sums: Sums, f: (place: Place, i: number) => Statement): Statement =>
  sequence(
    ...sums.registers.sums.flat().map((_, i) => f({ base: i32.const(0), offset: at.results + 16 * i }, i))
  )

/** What is done with the sums of a tile. */
const finish = (sums: Sums, way: Way): Statement => {
  const all = sums.registers.sums.flat()
  const store = results(sums, (place, i) => v128.store(place, all[i]!.get))
  const add = results(sums, (place, i) => all[i]!.set(f32x4.add(v128.load(place), all[i]!.get)))
  return sequence(
    way === 'through memory' ? throughMemory(sums, rows) : nothing,
    way === 'stored' ? nothing : add,
    store
  )
}

const tileFunction = (around: 1 | 2, way: Way): Func => {
  const scope = locals()
  const sums: Sums = { dtype: 'f32', registers: registersOf(scope, { rows, vectors }), room: at.room }
  const int = () => scope.add('i32')
  const [a, b, end, i, j] = [int(), int(), int(), int(), int()] as const
  const one = term(
    sums,
    rows,
    (row) => ({ base: a.get, offset: 2048 * row }),
    (v) => ({ base: b.get, offset: at.panel + 16 * v })
  )
  const loop = repeat(sequence(one, move(a, 4), move(b, 16 * vectors)), i32.ne(b.get, end.get))
  const start = sequence(a.set(i32.const(0)), b.set(i32.const(0)), end.set(i32.const(terms * 16 * vectors)))
  const tile = sequence(start, clear(sums, rows), loop, finish(sums, way))
  const some = counted(i, 0, around === 1 ? tiles : tiles / 4, 1, tile)
  const body = around === 1 ? some : counted(j, 0, 4, 1, some)
  return { name: 'step', parameters: [], results: [], locals: scope.types(), body: body.code }
}

const stepOf = (around: 1 | 2, way: Way): (() => void) => {
  const bytes = encode({ functions: [tileFunction(around, way)], exports: { step: 0 }, pages: 4, data: [] })
  return pipe(
    machineOf({ bytes, pages: 4 }),
    E.map(({ memory, step }) => {
      // Pages that nobody has written to are one page, and slow to read at several addresses.
      new Float32Array(memory.buffer).fill(0.5)
      return step
    }),
    E.getOrElse((): (() => void) => () => undefined)
  )
}

const flops = 2 * rows * vectors * 4 * terms * tiles

const ways: ReadonlyArray<Way> = ['stored', 'computed with', 'through memory']

const table = ways.map((way) => {
  const found = measured([1, 2].map((n) => [`${n}`, stepOf(n === 1 ? 1 : 2, way)] as const))
  const speeds = found.map(([n, us]) => [
    `${n.replace(' us', '')} around, GF/s`,
    (flops / Number(us) / 1000).toFixed(1)
  ])
  return [way, Object.fromEntries(speeds) as Record<string, string>]
})
console.table(Object.fromEntries(table))
