import { describe, expect, it } from 'vitest'
import { learner } from '../../../examples/01-fruit/model/learner.js'
import { command } from './world.js'

describe('the report of a real training', () => {
  const lines = async (line: string): Promise<ReadonlyArray<string>> => {
    const { code, out, err } = await command(line.split(' '), {}, learner)
    expect([code, err]).toEqual([0, []])
    expect(out.filter((text) => text.length > 100)).toEqual([])
    return out
  }

  it('tells of an apple that was wrong before training and is right after it', async () => {
    const out = await lines('--epochs 20')
    expect(out).toContain(
      'the first test apple that was wrong before training, and is right after it, at 0.9 or more'
    )
    const verdicts = out.filter((text) => text.startsWith('says '))
    expect(verdicts).toHaveLength(2)
    expect(verdicts[0]).toMatch(/^says (banana|orange) \(0\.\d\d\): wrong, it is apple$/)
    expect(verdicts[1]).toMatch(/^says apple \((0\.9\d|1\.00)\): right$/)
    expect(out.filter((text) => /^probabilities of .*: softmax\(\[.*\]\) = \[.*\]$/.test(text))).toHaveLength(
      2
    )
  })

  it('says which layers cannot learn', async () => {
    const note = (which: string): string =>
      `note: binary-step has derivative 0: hidden ${which} random weights`
    const first = await lines('--epochs 1 --activations binary-step,relu')
    expect(first).toContain(note('layer 1 keeps its'))
    const both = await lines('--epochs 1 --activations relu,binary-step')
    expect(both).toContain(note('layers 1 to 2 keep their'))
    const none = await lines('--epochs 1 --activations straight-through-step')
    expect(none.filter((text) => text.startsWith('note'))).toEqual([])
  })

  it('leaves out most of a large layer', async () => {
    const out = await lines('--epochs 1 --hidden 30 --activations leaky-relu')
    expect(out.filter((text) => text === '... and 14 more neurons')).toHaveLength(2)
    expect(out).toContain('... and 14 more activations, of smaller derivatives')
    expect(out.filter((text) => text.startsWith('│ neuron')).length).toBe(4 + 3 * 16)
  })
})
