import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exits } from '../../../examples/01-fruit/cli/exits.js'
import { flags } from '../../../examples/01-fruit/cli/hyper.js'
import { printFruits } from '../../../examples/01-fruit/data/csv.js'
import { orchard } from '../../../examples/01-fruit/data/distribution.js'
import { learner } from '../../../examples/01-fruit/model/learner.js'
import { command, type Outcome } from './world.js'

/** Input that was not made by hand: each is refused, with lines that say where and what, and nothing is written. */

const isRefused = ({ code, out, err, written }: Outcome): void => {
  expect([code, out, written.size]).toEqual([exits.refused.code, [], 0])
  expect(err.length).toBeGreaterThan(0)
  for (const line of err) expect(line).toMatch(/^([^\p{Cc}]+: \S[^\p{Cc}]*|\.\.\. and \d+ more)$/u)
  expect(err.join('\n')).not.toMatch(/\bat .*\.[tj]s:|RangeError|TypeError|undefined|unexpected error/)
}

const fruits = printFruits(orchard(3, 12))
const files = { 'f.csv': fruits }
const train = '--data f.csv --epochs 1 --hidden 2 --json'.split(' ')

/** A place in a text. */
const placeIn = (text: string) => fc.integer({ min: 0, max: text.length - 1 })

describe('damaged input is refused:', () => {
  it('checkpoints with another character somewhere, or an end too early', async () => {
    const { written } = await command(train, files, learner)
    const text = written.get('checkpoint.json') ?? ''
    const changed = fc
      .tuple(placeIn(text), fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }))
      .map(([at, by]) => text.slice(0, at) + by + text.slice(at + 1))
    const damaged = fc
      .oneof(
        changed,
        placeIn(text).map((end) => text.slice(0, end))
      )
      .filter((other) => other.trim() !== text.trim())
    await fc.assert(
      fc.asyncProperty(damaged, fc.boolean(), async (other, isResumed) => {
        const asked = 'predict --weight 1 --colour red --texture smooth --size small --checkpoint'.split(' ')
        const line = isResumed ? ['--data', 'f.csv', '--resume', 'c.json'] : [...asked, 'c.json']
        isRefused(await command(line, { ...files, 'c.json': other }, learner))
      }),
      { numRuns: 100 }
    )
  })

  it('data with a cell that is none', async () => {
    const rows = fruits.trim().split('\n')
    const cell = fc.tuple(
      fc.integer({ min: 0, max: rows.length - 1 }),
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom(
        '',
        'blue',
        '-1',
        '0',
        'NaN',
        'Infinity',
        '1e999',
        '1e300',
        '0x10',
        '"',
        'red,red',
        '\u0000',
        'ä'
      )
    )
    await fc.assert(
      fc.asyncProperty(cell, async ([row, column, by]) => {
        const broken = rows.map((line, i) =>
          i === row
            ? line
                .split(',')
                .map((old, j) => (j === column ? by : old))
                .join(',')
            : line
        )
        isRefused(await command(train, { 'f.csv': broken.join('\n') }))
      }),
      { numRuns: 60 }
    )
  })

  it('configurations of any JSON with a key that is none, or of a value that is none', async () => {
    const value = fc.oneof(fc.constantFrom(null, -1, 1e300, '', 'full!', true, {}), fc.array(fc.constant('')))
    const config = fc.oneof(
      fc.record({ [' ']: fc.jsonValue() }, { requiredKeys: [' '] }).map((v) => JSON.stringify(v)),
      fc
        .tuple(fc.constantFrom(...Object.keys(flags)), value)
        .filter(
          ([key, v]) => !(Array.isArray(v) && v.length === 0) && !(key === 'learningRate' && v === 1e300)
        )
        .map(([key, v]) => JSON.stringify({ [key]: v }))
    )
    await fc.assert(
      fc.asyncProperty(config, async (text) => {
        isRefused(await command(['--config', 'c.json'], { 'c.json': text }))
      }),
      { numRuns: 60 }
    )
  })

  it('flags with values that are none', async () => {
    const names = Object.values(flags).map(({ flag }) => `--${flag}`)
    const value = fc.constantFrom(
      '',
      ' ',
      '--',
      ',',
      '-1',
      'NaN',
      '1e999',
      '0x1',
      'x'.repeat(1e5),
      '\u0000',
      '[8]',
      '٣'
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names, '--fruit', '--nonsense'), value, async (flag, by) => {
        isRefused(await command([flag, by]))
      }),
      { numRuns: 60 }
    )
  })
})
