import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outputRow, weightedSum } from '../../../examples/01-fruit/render/blackBox.js'
import { duration, isMilestone, progressLine, timeLeft } from '../../../examples/01-fruit/render/progress.js'
import { confusionTable, lossCurve, sample } from '../../../examples/01-fruit/render/report.js'
import { clip, figure, fixed, palette } from '../../../examples/01-fruit/render/text.js'
import { suggestion } from '../../../examples/01-fruit/input/problem.js'

describe('figures', () => {
  it('have a proper minus, no negative zero and an exponent when far from 1', () => {
    expect([-0.001, -1.5, 0, -0].map(fixed(2))).toEqual(['0.00', '−1.50', '0.00', '0.00'])
    expect([-0.001, -1.5, 0, 2e9].map(figure(2))).toEqual(['−1.0e−3', '−1.50', '0.00', '2.0e+9'])
    expect([Number.NaN, -Infinity].map(figure(2))).toEqual(['NaN', '−Infinity'])
  })

  it('show the softmax row of the article', () => {
    expect(
      outputRow({ output: 'softmax', logits: [34, 32, 25], probabilities: [0.8807, 0.1192, 0.0001] })
    ).toBe('softmax([34.00, 32.00, 25.00]) = [0.88, 0.12, 0.00]')
  })
})

describe('weightedSum', () => {
  const neuron = (weights: ReadonlyArray<number>) => ({ name: '', weights, sum: 0, bias: 0, activation: 0 })
  const layer = (inputs: ReadonlyArray<number>) => ({
    name: '',
    activation: '',
    inputNames: inputs.map(String),
    inputs,
    neurons: []
  })

  it('leaves out inputs of zero and starts with the largest term', () => {
    expect(weightedSum(layer([1, 0, 0.5]), neuron([0.25, 9, -2]), 40)).toBe('−2·0.50 + 0.25·1')
    expect(weightedSum(layer([1, 0, 0.5]), neuron([3, 9, -2]), 40)).toBe('3·1 − 2·0.50')
    expect(weightedSum(layer([0, 0]), neuron([1, 2]), 40)).toBe('0')
  })

  it('fits', () => {
    const numbers = fc.array(fc.double({ min: -1e5, max: 1e5, noNaN: true }), { maxLength: 40 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 60 }), (xs, limit) => {
        expect(weightedSum(layer(xs), neuron(xs), limit).length).toBeLessThanOrEqual(limit)
      })
    )
  })
})

describe('progress', () => {
  it('says epoch, loss, accuracy and the time left', () => {
    expect(progressLine({ epoch: 5, loss: 0.5, accuracy: 0.75 }, 20, 4)).toBe(
      'epoch  5/20  loss 0.5000  accuracy 0.7500  12 s left'
    )
    expect([0.04, 9.96, 59.6, 185].map(duration)).toEqual(['0.0 s', '10 s', '1 min 0 s', '3 min 5 s'])
    expect(timeLeft(3, 0, 10)).toBe(0)
  })

  it('prints the first epoch, the last and about ten in between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (epochs) => {
        const shown = Array.from({ length: epochs }, (_, i) => i + 1).filter((epoch) =>
          isMilestone(epoch, epochs)
        )
        expect(shown[0]).toBe(1)
        expect(shown.at(-1)).toBe(epochs)
        expect(shown.length).toBeLessThanOrEqual(11)
        expect(shown.length).toBeGreaterThanOrEqual(Math.min(10, epochs))
      })
    )
  })
})

describe('report', () => {
  it('samples evenly, with the first and the last', () => {
    expect(sample([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 3, 6])
    expect(sample([1, 2], 3)).toEqual([1, 2])
  })

  it('draws the curve within 100 columns, and none for a single epoch', () => {
    const lines = lossCurve(Array.from({ length: 900 }, (_, i) => 1 / (i + 1))).split('\n')
    expect(lines).toHaveLength(12)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(lossCurve([0.3])).toBe('')
  })

  it('colours the confusion matrix only when asked to', () => {
    const confusion = [
      [5, 1, 0],
      [0, 0, 0],
      [0, 0, 7]
    ]
    const plain = confusionTable(palette(false))(confusion)
    const coloured = confusionTable(palette(true))(confusion)
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
    expect(plain).not.toMatch(escapes)
    expect(coloured).toMatch(escapes)
    expect(coloured.replaceAll(escapes, '')).toBe(plain)
    expect(plain).toContain('0.833')
    expect(plain).toContain('none')
  })

  it('clips', () => {
    expect(clip('abcdef', 4)).toBe('abc…')
    expect(clip('abcd', 4)).toBe('abcd')
  })
})

describe('suggestion', () => {
  it('finds a name with one letter changed and never one that is far', () => {
    const names = ['learningRate', 'momentum', 'batchSize', 'epochs']
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat({ max: 30 }),
        fc.constantFrom('q', 'w', ''),
        (name, i, letter) => {
          const at = i % name.length
          expect(suggestion(name.slice(0, at) + letter + name.slice(at + 1), names)).toBe(name)
        }
      )
    )
    expect(suggestion('dropout', names)).toBeUndefined()
    expect(suggestion('', names)).toBeUndefined()
    expect(suggestion('x'.repeat(1e6), names)).toBeUndefined()
  })
})
