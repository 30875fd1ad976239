import { reference, wasm } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { make } from './peers/data/index.js'
import type { Id } from './peers/data/model.js'
import { isRight, parsed, type Measured } from './peers/harness/measured.js'
import { asJson, asTable, type Figures } from './peers/harness/report.js'
import { own } from './peers/own/index.js'
import type { Peer } from './peers/peer.js'
import { plain } from './peers/plain.js'

/** What a child reports, with times that do not matter. */
const measured = async (peer: Peer, id: Id): Promise<Measured> => {
  const data = make(id)
  const running = peer.open(data)
  const times = { us: 1, tenthUs: 1, samples: 1, firstStepMs: 1, rssMiB: 1 }
  return 'expected' in data
    ? { ...times, answer: (await running?.answer?.()) ?? [], expected: data.expected }
    : { ...times, losses: Array.from({ length: 5 }, () => Number(running?.run())) }
}

describe('the workloads', () => {
  it.each([
    ['W1', 'wasm', own(wasm)],
    ['W2', 'wasm', own(wasm)],
    ['W6', 'wasm', own(wasm)],
    ['W1', 'reference', own(reference)],
    ['W1', 'plain', plain]
  ] as const)('%s has the stored losses on %s', async (id, _, peer) => {
    expect(isRight(id, await measured(peer, id))).toBe(true)
  })

  it.each(['M4g', 'M4h', 'F1'] as const)('%s has the right answer', async (id) => {
    expect(isRight(id, await measured(own(), id))).toBe(true)
  })
})

describe('the harness', () => {
  it('is told how long compilation took', () => {
    expect(own().open(make('W1'))?.compileMs).toBeGreaterThan(0)
  })

  it('refuses a loss that is off by 2e-5, and one too few', async () => {
    const { losses = [], ...rest } = await measured(plain, 'W1')
    const moved = losses.map((x, i) => (i === 4 ? x * (1 + 2e-5) : x))
    expect(isRight('W1', { ...rest, losses: moved })).toBe(false)
    expect(isRight('W1', { ...rest, losses: losses.slice(1) })).toBe(false)
  })

  it('refuses a wrong answer, and none', async () => {
    const { answer = [], ...rest } = await measured(plain, 'F1')
    expect(isRight('F1', { ...rest, answer })).toBe(true)
    expect(isRight('F1', { ...rest, answer: answer.map((x) => x + 0.01) })).toBe(false)
    expect(isRight('F1', { ...rest, answer: [] })).toBe(false)
  })

  it('takes the last line of what a child writes', () => {
    const line = '{"us":1,"tenthUs":1,"samples":5,"firstStepMs":1,"rssMiB":1,"losses":[1]}'
    expect(parsed(`hello\n${line}\n`)).toEqual(E.right(JSON.parse(line)))
    expect(E.isRight(parsed(line.replace('{', '{"compileMs":1,')))).toBe(true)
    expect(E.isLeft(parsed(line.replace('{', '{"compileMs":"1",')))).toBe(true)
    expect(parsed('\nnull\n')).toEqual(E.right(null))
    expect(E.isLeft(parsed('hello\n'))).toBe(true)
    expect(E.isLeft(parsed('{"us":"1"}'))).toBe(true)
  })

  it('reports how many times as long the others take', () => {
    const figures = (us: number): Figures => ({
      us,
      tenthUs: us,
      firstStepMs: 10 * us,
      rssMiB: 100,
      ok: true
    })
    const results = { W1: { adjoint: { ...figures(2), compileMs: 5 }, 'jax-js': figures(300) } }
    const json: unknown = JSON.parse(asJson(results))
    expect(json).toMatchObject({
      W1: { us: 2, ratios: { 'jax-js': 150 }, firstStepMs: 20, compileMs: 5, rssMiB: 100, ok: true }
    })
    expect(json).not.toHaveProperty('W1.peers.jax-js.compileMs')
    expect(asTable(results, ['jax-js']).split('\n')[2]).toBe(
      '| W1 MLP 4-8-8-3, batch 32 | 2 µs | 300 µs (150x) | 20 ms | 100 MiB |'
    )
  })
})
