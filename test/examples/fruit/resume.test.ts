import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Stop } from '../../../examples/01-fruit/cli/exits.js'
import { exits } from '../../../examples/01-fruit/cli/exits.js'
import { printFruits } from '../../../examples/01-fruit/data/csv.js'
import { orchard } from '../../../examples/01-fruit/data/distribution.js'
import { learner } from '../../../examples/01-fruit/model/learner.js'
import { command, commandIn, type Outcome } from './world.js'

/** A training that is stopped at any step, and goes on in another process, is the training that was never stopped. */

const fruits = printFruits(orchard(7, 50))
const given = { 'f.csv': fruits }

const settings: ReadonlyArray<string> = [
  '--batch-size 8 --hidden 3 --optimizer adam',
  '--batch-size 16 --hidden 4,3 --activations prelu,tanh --optimizer nesterov',
  '--hidden none --optimizer gradient-descent',
  '--batch-size 7 --hidden 3 --optimizer rmsprop --encoding ordinal --loss mse',
  '--batch-size 38 --hidden 2 --activations softmax --optimizer momentum --key 9',
  '--batch-size 20 --hidden 3 --optimizer sgd --test-fraction 0.4 --loss binary-cross-entropy'
]

const epochs = 4

const lineOf = (setting: string): ReadonlyArray<string> =>
  `--data f.csv --epochs ${epochs} --json ${setting}`.split(' ')

const onwards = '--data f.csv --resume checkpoint.json --json'.split(' ')

const text = ({ written }: Outcome): string => written.get('checkpoint.json') ?? ''

const stopAt =
  (place: number, stop: Stop) =>
  (asked: number): Stop | undefined =>
    asked >= place ? stop : undefined

/** What a training says in the end, but for the time that it took. */
const said = ({ out }: Outcome): string => (out[0] ?? '').replace(/"seconds":[^,]*/, '')

/** Stops at each of the places in turn, and goes on after each. */
const interrupted = async (setting: string, places: ReadonlyArray<number>, stop: Stop): Promise<Outcome> => {
  let [files, args]: [Readonly<Record<string, string>>, ReadonlyArray<string>] = [given, lineOf(setting)]
  for (const place of places) {
    const outcome = await commandIn(args, files, { learning: learner, stop: stopAt(place, stop) })
    if (outcome.code === 0) return outcome
    expect(outcome.code).toBe(exits[stop].code)
    if (outcome.written.size > 0) {
      files = { ...given, 'checkpoint.json': text(outcome) }
      args = onwards
    }
  }
  return command(args, files, learner)
}

describe.each(settings)('%s', (setting) => {
  it('goes on to the bit from wherever it is stopped', async () => {
    let last = 0
    const count = (asked: number): undefined => void (last = asked)
    const whole = await commandIn(lineOf(setting), given, { learning: learner, stop: count })
    expect([whole.code, whole.err]).toEqual([0, []])
    // the test fruits are asked about when all epochs are over
    const pieces = last - 20
    expect(pieces).toBeGreaterThan(epochs)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: pieces }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Stop>('SIGINT', 'SIGTERM', 'SIGHUP', 'EPIPE', 'output'),
        async (places, stop) => {
          const parts = await interrupted(setting, places, stop)
          expect(said(parts)).toBe(said(whole))
          expect(text(parts)).toBe(text(whole))
        }
      ),
      { numRuns: 2 * Number(process.env['SOAK'] ?? 1) }
    )
  })
})

describe('--resume', () => {
  const [setting = ''] = settings

  it('makes a training longer, to the bit as if it had been so long from the start', async () => {
    const short = await command(lineOf(setting), given, learner)
    const long = await command(
      [...lineOf(setting), '--key', '1'].map((word) => (word === '4' ? '6' : word)),
      given,
      learner
    )
    const files = { ...given, 'checkpoint.json': text(short) }
    const longer = await command([...onwards, '--epochs', '6'], files, learner)
    expect(said(longer)).toBe(said(long))
    expect(text(longer)).toBe(text(long))
  })

  it('reports a training again that is done', async () => {
    const done = await command(lineOf(setting), given, learner)
    const again = await command(onwards, { ...given, 'checkpoint.json': text(done) }, learner)
    expect(said(again)).toBe(said(done))
    expect(text(again)).toBe(text(done))
  })

  it('says how to go on, and writes nothing before the first step', async () => {
    const stop = (place: number) =>
      commandIn(lineOf(setting), given, { learning: learner, stop: stopAt(place, 'SIGINT') })
    expect(await stop(0)).toEqual({
      code: 130,
      out: [],
      err: ['interrupted: before the first step; nothing was written'],
      written: new Map()
    })
    const later = await stop(7)
    expect(later.err).toEqual([
      'interrupted: after 1 of 4 epochs; saved, to go on: npm start -- --resume checkpoint.json --data f.csv'
    ])
  })

  it('keeps what there is when the program has a defect', async () => {
    const failing = {
      ...learner,
      train: (...args: Parameters<typeof learner.train>) =>
        E.map(
          (start: ReturnType<typeof learner.train> extends E.Either<unknown, infer S> ? S : never) => () => {
            const go = (progress: ReturnType<typeof start>, left: number): ReturnType<typeof start> =>
              progress._tag === 'Done'
                ? progress
                : {
                    ...progress,
                    next: () => {
                      if (left === 0) throw new Error('no memory\nat line 3')
                      return go(progress.next(), left - 1)
                    }
                  }
            return go(start(), 9)
          }
        )(learner.train(...args))
    }
    const failed = await commandIn(lineOf(setting), given, { learning: failing })
    expect(failed.code).toBe(exits.defect.code)
    expect(failed.err[0]).toBe('unexpected error: no memory')
    const parts = await command(onwards, { ...given, 'checkpoint.json': text(failed) }, learner)
    expect(text(parts)).toBe(text(await command(lineOf(setting), given, learner)))
  })

  it('saves elsewhere what cannot be written, and says where', async () => {
    const outcome = await commandIn(lineOf(setting), given, {
      learning: learner,
      files: (usual) => ({ ...usual, write: () => E.left('no space left') })
    })
    expect(outcome.code).toBe(exits.unsaved.code)
    expect(outcome.err).toEqual([
      'checkpoint.json: cannot be written: no space left; the training is in rescued/checkpoint.json instead; make room there or give another --checkpoint'
    ])
    const whole = await command(lineOf(setting), given, learner)
    expect(outcome.written.get('rescued/checkpoint.json')).toBe(text(whole))
  })

  it('refuses what does not belong to the training', async () => {
    const files = { ...given, 'checkpoint.json': text(await command(lineOf(setting), given, learner)) }
    const refusal = async (line: string, more = files) => {
      const { code, err, written } = await command(
        [...onwards, ...line.split(' ')].filter((w) => w !== ''),
        more,
        learner
      )
      expect([code, written.size]).toEqual([1, 0])
      return err
    }
    expect(await refusal('--hidden 3')).toEqual([
      '--hidden: the training in checkpoint.json has its own; with --resume only --epochs can be changed'
    ])
    expect(await refusal('--config c.json', { ...files, 'c.json': '{}' } as typeof files)).toEqual([
      '--config: the training in checkpoint.json has its own; with --resume only --epochs can be changed'
    ])
    expect(await refusal('--epochs 3')).toEqual([
      '--epochs: expected at least the 4 that the training in checkpoint.json has had, got 3'
    ])
    expect(await refusal('', { ...files, 'f.csv': printFruits(orchard(8, 50)) })).toEqual([
      'data: these 50 fruits are not the 50 that the training began with; give its file as --data'
    ])
  })
})
