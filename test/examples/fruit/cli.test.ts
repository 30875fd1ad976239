import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import { parseConfig, parseHyperFlags } from '../../../examples/01-fruit/cli/config.js'
import { files } from '../../../examples/01-fruit/cli/disk/files.js'
import {
  activations,
  byOptimizer,
  flags,
  type Hyper,
  losses,
  optimizers,
  withDefaults
} from '../../../examples/01-fruit/cli/hyper.js'
import { parseTrain } from '../../../examples/01-fruit/cli/options.js'
import { encodings } from '../../../examples/01-fruit/data/encoding.js'
import { command } from './world.js'

const hyper: fc.Arbitrary<Hyper> = fc
  .array(fc.integer({ min: 1, max: 1024 }), { minLength: 1, maxLength: 4 })
  .chain((hidden) =>
    fc.record({
      hidden: fc.constant(hidden),
      activations: fc.array(fc.constantFrom(...activations), {
        minLength: hidden.length,
        maxLength: hidden.length
      }),
      loss: fc.constantFrom(...losses),
      optimizer: fc.constantFrom(...optimizers),
      learningRate: fc.double({ min: 0, minExcluded: true, max: 1e3, noNaN: true }),
      momentum: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      batchSize: fc.constant<'full'>('full'),
      epochs: fc.integer({ min: 1, max: 100_000 }),
      testFraction: fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }),
      key: fc.maxSafeNat(),
      encoding: fc.constantFrom(...encodings)
    })
  )

const toFlags = (h: Hyper): ReadonlyArray<string> =>
  Object.entries(h).flatMap(([key, value]) => {
    const flag = Object.entries(flags).find(([name]) => name === key)?.[1].flag ?? ''
    return [`--${flag}`, Array.isArray(value) ? value.join(',') : String(value)]
  })

describe('hyper-parameters', () => {
  it('mean the same in flags and in a file', () => {
    fc.assert(
      fc.property(hyper, (h) => {
        expect(parseConfig('c.json', JSON.stringify(h))).toEqual(E.right(h))
        const args = toFlags(h)
        const values = Object.fromEntries(
          args.flatMap((arg, i) => (i % 2 === 0 ? [[arg.slice(2), args[i + 1] ?? '']] : []))
        )
        expect(parseHyperFlags(values)).toEqual(E.right(h))
      })
    )
  })

  it('come from flags before the file before the defaults', async () => {
    const disk = { ...files, read: () => TE.right('{"epochs": 7, "key": 5, "optimizer": "sgd"}') }
    const parsed = await parseTrain(disk)(['--config', 'c.json', '--epochs', '9'])()
    const expected = { ...withDefaults({ optimizer: 'sgd' }), epochs: 9, key: 5 }
    expect(E.isRight(parsed) && parsed.right.source).toEqual({ _tag: 'Hyper', hyper: expected })
    expect(expected.learningRate).toBe(byOptimizer.sgd.learningRate)
  })

  it('spread one activation over all hidden layers, none of which need to be there', () => {
    expect(withDefaults({ hidden: [4, 5, 6], activations: ['tanh'] }).activations).toEqual([
      'tanh',
      'tanh',
      'tanh'
    ])
    expect(withDefaults({ hidden: [] }).activations).toEqual([])
    expect(parseHyperFlags({ hidden: 'none' })).toEqual(E.right({ hidden: [] }))
  })
})

describe('train', () => {
  it('prints one line of JSON and nothing else, the same each time but for the seconds', async () => {
    const [a, b] = [await command(['--json', '--epochs', '3']), await command(['--json', '--epochs', '3'])]
    expect(a.code).toBe(0)
    expect(a.err).toEqual([])
    expect(a.out).toHaveLength(1)
    const report: unknown = JSON.parse(a.out[0] ?? '')
    expect(report).toEqual({
      testAccuracy: 0.97,
      trainLoss: [1, 1 / 2, 1 / 3],
      seconds: 4,
      confusion: [
        [107, 2, 3],
        [3, 93, 0],
        [0, 1, 91]
      ],
      checkpoint: 'checkpoint.json'
    })
    expect(b.out).toEqual(a.out)
    expect([...a.written.keys()]).toEqual(['checkpoint.json'])
  })

  it('prints lines of progress, the curve, the confusion matrix and the open box in 100 columns', async () => {
    const { code, out } = await command(['--epochs', '20', '--checkpoint', 'there.json'])
    expect(code).toBe(0)
    expect(out.filter((line) => line.startsWith('epoch '))).toHaveLength(11)
    expect(out).toContain('epoch  1/20  loss 1.0000  accuracy 0.5000  19 s left')
    expect(out).toContain('saved to there.json, reloaded: its 1200 predictions are bit-identical')
    expect(out).toContain('│ is banana │          3 │          93 │           0 │ 0.969 │')
    expect(out).toContain(
      'probabilities of apple, banana, orange: softmax([0.00, 0.00, 0.00]) = [0.33, 0.33, 0.33]'
    )
    expect(out).toContain('│ apple      │ 0.000 │                −0.6667 │    ↑ 0.6667 │')
    expect(out.filter((line) => line.length > 100)).toEqual([])
  })

  it('opens the box for the fruit that is asked for', async () => {
    const { out } = await command(['--fruit', '4', '--epochs', '1'])
    expect(out).toContain('The black box, opened for one fruit: 92 g, yellow, smooth, small (banana)')
  })

  it('leaves a checkpoint that predict uses', async () => {
    const { written } = await command(['--epochs', '1'])
    const saved = { 'checkpoint.json': written.get('checkpoint.json') ?? '' }
    const asked = [
      'predict',
      '--weight',
      '110',
      '--colour',
      'yellow',
      '--texture',
      'smooth',
      '--size',
      'large'
    ]
    const text = await command(asked, saved)
    expect(text.code).toBe(0)
    expect(text.out[0]).toBe('110 g, yellow, smooth, large: banana')
    const json = await command([...asked, '--json'], saved)
    expect(json.out).toHaveLength(1)
    expect(JSON.parse(json.out[0] ?? '')).toMatchObject({ label: 'banana' })
    expect(json.written.size).toBe(0)
  })
})

describe('--help', () => {
  it('names every flag and hyper-parameter name', async () => {
    const text = (await command(['--help'])).out.join('\n')
    for (const { flag } of Object.values(flags)) expect(text).toContain(`--${flag} <`)
    for (const name of [...activations, ...losses, ...optimizers, ...encodings]) expect(text).toContain(name)
    for (const flag of ['config', 'resume', 'data', 'checkpoint', 'fruit'])
      expect(text).toContain(`--${flag} <`)
    expect((await command(['train', '-h'])).out.join('\n')).toBe(text)
  })

  it('explains predict', async () => {
    const { code, out, err } = await command(['predict', '--help', '--nonsense'])
    expect([code, err]).toEqual([0, []])
    for (const flag of ['weight', 'colour', 'texture', 'size', 'checkpoint'])
      expect(out.join('\n')).toContain(`--${flag} <`)
    expect(out.filter((line) => line.length > 100)).toEqual([])
  })
})
