import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { parseFruits, printFruits } from '../../../examples/01-fruit/data/csv.js'
import { kinds, orchard } from '../../../examples/01-fruit/data/distribution.js'
import { encode, fitEncoder, inputNames } from '../../../examples/01-fruit/data/encoding.js'
import {
  colours,
  columns,
  type Features,
  type Fruit,
  labels,
  sizes,
  textures
} from '../../../examples/01-fruit/data/fruit.js'
import { dataPath, generate } from '../../../examples/01-fruit/data/generate.js'
import { showProblems } from '../../../examples/01-fruit/input/problem.js'

const header = 'weight,colour,texture,size,label'

const fruit: fc.Arbitrary<Fruit> = fc.record({
  weight: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  colour: fc.constantFrom(...colours),
  texture: fc.constantFrom(...textures),
  size: fc.constantFrom(...sizes),
  label: fc.constantFrom(...labels)
})

const fruits = fc.array(fruit, { minLength: 1, maxLength: 30 })

const problemsOf = (text: string): ReadonlyArray<string> => {
  const parsed = parseFruits(text)
  return E.isLeft(parsed) ? showProblems(parsed.left) : []
}

describe('the committed file', () => {
  it('is what the generator writes, byte for byte', () => {
    expect(readFileSync(dataPath).equals(Buffer.from(generate()))).toBe(true)
  })

  it('holds 1200 fruits, a good number of each kind and of the hard cases', () => {
    const parsed = parseFruits(generate())
    const all = E.isRight(parsed) ? parsed.right : []
    const count = (holds: (f: Fruit) => boolean): number => all.filter(holds).length
    expect(all.length).toBe(1200)
    for (const label of labels) expect(count((f) => f.label === label)).toBeGreaterThan(330)
    expect(count((f) => f.label === 'banana' && f.colour === 'green')).toBeGreaterThan(20)
    expect(count((f) => f.label === 'apple' && f.colour === 'yellow')).toBeGreaterThan(20)
    expect(count((f) => f.label === 'orange' && f.colour === 'red')).toBeGreaterThan(10)
    expect(count((f) => f.label === 'banana' && f.weight < 90)).toBeGreaterThan(5)
  })

  it('can be learned to 0.97 but not perfectly: the best possible guess, from the densities it is drawn from', () => {
    const score = (f: Features, label: Fruit['label']): number => {
      const k = kinds[label]
      const z = (f.weight - k.mean) / k.deviation
      return (
        Math.log((k.share / k.deviation) * k.colour[f.colour] * k.texture[f.texture] * k.size[f.size]) -
        (z * z) / 2
      )
    }
    const best = (f: Features): string => labels.reduce((a, b) => (score(f, b) > score(f, a) ? b : a))
    const drawn = orchard(7, 40_000)
    const accuracy = drawn.filter((f) => best(f) === f.label).length / drawn.length
    expect(accuracy).toBeGreaterThan(0.97)
    expect(accuracy).toBeLessThan(0.99)
  })
})

describe('parseFruits', () => {
  it('reads back what printFruits writes', () => {
    fc.assert(
      fc.property(fruits, (all) => {
        expect(parseFruits(printFruits(all))).toEqual(E.right(all))
      })
    )
  })

  it('does not mind a byte-order mark, Windows line ends, blank lines, quotes or spaces', () => {
    fc.assert(
      fc.property(fruits, (all) => {
        const loose = printFruits(all)
          .split('\n')
          .map((line) =>
            line
              .split(',')
              .map((cell) => (cell === '' ? '' : ` "${cell}"`))
              .join(' ,')
          )
          .join('\r\n\r\n')
        expect(parseFruits(`\ufeff${loose}`)).toEqual(E.right(all))
      })
    )
  })

  it('reads a quoted header right after a byte-order mark', () => {
    const quoted = columns.map((name) => `"${name}"`).join(',')
    expect(E.isRight(parseFruits(`\ufeff${quoted}\n150,red,smooth,medium,apple`))).toBe(true)
  })

  it('names the line and column of any bad value, and only that', () => {
    const bad = fc.record({
      all: fruits,
      row: fc.nat(),
      column: fc.constantFrom(...columns),
      value: fc.constantFrom(
        '',
        '-3',
        '0',
        'NaN',
        'Infinity',
        '1e999',
        '0x1f',
        'blu',
        'null',
        '12 g',
        'Red!',
        'x'.repeat(200)
      )
    })
    fc.assert(
      fc.property(bad, ({ all, row, column, value }) => {
        const at = row % all.length
        const lines = printFruits(all).split('\n')
        const cells = (lines[at + 1] ?? '')
          .split(',')
          .map((cell, i) => (columns[i] === column ? value : cell))
        const problems = problemsOf(
          lines.map((line, i) => (i === at + 1 ? cells.join(',') : line)).join('\n')
        )
        expect(problems).toHaveLength(1)
        expect(problems[0]).toMatch(new RegExp(`^line ${at + 2}, ${column}: expected .*, got "`))
        expect(problems[0]).not.toMatch(/\n/)
      })
    )
  })

  it('lists every bad value, up to twenty', () => {
    const bad = Array.from({ length: 33 }, () => '-1,red,smooth,small,apple')
    const problems = problemsOf([header, ...bad].join('\n'))
    expect(problems).toHaveLength(21)
    expect(problems[19]).toBe('line 21, weight: expected a positive number, got "-1"')
    expect(problems[20]).toBe('... and 13 more')
  })
})

const good = '150,red,smooth,medium,apple'

const tables: ReadonlyArray<readonly [string, string, ReadonlyArray<string>]> = [
  ['empty file', '', ['line 1: the file is empty']],
  ['only blank lines', '\r\n\n', ['line 1: the file is empty']],
  ['only a byte-order mark', '\ufeff', ['line 1: the file is empty']],
  ['only a header', `${header}\n`, ['line 2: no fruits after the header']],
  ['no header', `${good}\n${good}`, [`line 1: expected the header ${header}, got "${good}"`]],
  [
    'semicolons',
    `${header}\n${good}`.replaceAll(',', ';'),
    ['line 1: expected values separated by commas, found semicolons']
  ],
  [
    'tabs',
    `${header}\n${good}`.replaceAll(',', '\t'),
    ['line 1: expected values separated by commas, found tabs']
  ],
  [
    'a misspelt column',
    `weigth,colour,texture,size,label\n${good}`,
    ['line 1, column 1: expected "weight", got "weigth"; did you mean "weight"?']
  ],
  [
    'American spelling',
    `weight,color,texture,size,label\n${good}`,
    ['line 1, column 2: expected "colour", got "color"; did you mean "colour"?']
  ],
  [
    'a missing column',
    `weight,colour,texture,size\n${good}`,
    ['line 1, column 5: expected "label", got nothing']
  ],
  ['an extra column', `${header},price\n${good},3`, ['line 1, column 6: unexpected column "price"']],
  [
    'swapped columns',
    `colour,weight,texture,size,label\n${good}`,
    ['line 1, column 1: expected "weight", got "colour"', 'line 1, column 2: expected "colour", got "weight"']
  ],
  ['a short row', `${header}\n150,red,smooth`, [`line 2: expected 5 values (${header}), got 3`]],
  ['a long row', `${header}\n${good},7`, [`line 2: expected 5 values (${header}), got 6`]],
  [
    'a row with semicolons',
    `${header}\n${good}\n150;red;smooth;medium;apple`,
    [`line 3: expected 5 values (${header}), got 1`]
  ],
  [
    'an unknown colour',
    `${header}\n${good}\n\n150,gren,smooth,medium,apple`,
    ['line 4, colour: expected one of red, yellow, orange, green, got "gren"; did you mean "green"?']
  ],
  [
    'a colour unlike any',
    `${header}\n150,ultraviolet,smooth,medium,apple`,
    ['line 2, colour: expected one of red, yellow, orange, green, got "ultraviolet"']
  ],
  [
    'the wrong case',
    `${header}\n150,Red,smooth,medium,apple`,
    ['line 2, colour: expected one of red, yellow, orange, green, got "Red"; did you mean "red"?']
  ],
  [
    'a negative weight',
    `${header}\n-3,red,smooth,medium,apple`,
    ['line 2, weight: expected a positive number, got "-3"']
  ],
  [
    'no weight',
    `${header}\n,red,smooth,medium,apple`,
    ['line 2, weight: expected a positive number, got ""']
  ],
  [
    'not a number',
    `${header}\nNaN,red,smooth,medium,apple`,
    ['line 2, weight: expected a positive number, got "NaN"']
  ],
  [
    'a decimal comma',
    `${header}\n150,5,red,smooth,medium,apple`,
    [`line 2: expected 5 values (${header}), got 6`]
  ],
  [
    'several at once, in order',
    `${header}\n0,red,smoth,medium,apple\n${good}\n150,red,smooth,huge,pear`,
    [
      'line 2, weight: expected a positive number, got "0"',
      'line 2, texture: expected one of smooth, rough, got "smoth"; did you mean "smooth"?',
      'line 4, size: expected one of small, medium, large, got "huge"',
      'line 4, label: expected one of apple, banana, orange, got "pear"'
    ]
  ],
  [
    'a quote that is never closed, after a bad row',
    `${header}\n0,red,smooth,medium,apple\n150,"red,smooth,medium,apple\n${good}\n`,
    [
      'line 2, weight: expected a positive number, got "0"',
      'line 3: a quoted value is never closed: a " is missing'
    ]
  ],
  [
    'text after a quote',
    `${header}\n150,"red"dish,smooth,medium,apple`,
    ['line 2: text after the closing " of a value']
  ],
  [
    'a quote inside',
    `${header}\n150,red"dish",smooth,medium,apple`,
    ['line 2: a " inside a value that does not start with "']
  ]
]

describe('bad files', () => {
  it.each(tables)('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected)
  })
})

describe('encode', () => {
  it('standardises the weight by the training split and never by the fruit at hand', () => {
    const weighed = fc.record({ fruit, tenths: fc.integer({ min: 1, max: 1e6 }) })
    const varied = fc.array(weighed, { minLength: 2, maxLength: 50 })
    const equal = fc
      .tuple(weighed, fc.integer({ min: 2, max: 50 }))
      .map(([w, n]) => Array.from({ length: n }, () => w))
    fc.assert(
      fc.property(fc.oneof(varied, equal), (drawn) => {
        const training = drawn.map(({ fruit, tenths }) => ({ ...fruit, weight: tenths / 10 }))
        const encoded = training.map((f) => encode(fitEncoder('one-hot', training))(f)[0] ?? 0)
        const mean = encoded.reduce((a, b) => a + b, 0) / encoded.length
        const square = encoded.reduce((a, b) => a + b * b, 0) / encoded.length
        expect(mean).toBeCloseTo(0, 6)
        const distinct = new Set(training.map((f) => f.weight)).size > 1
        expect(square).toBeCloseTo(distinct ? 1 : 0, 6)
      })
    )
  })

  it('has one input per word, or one per feature', () => {
    const green: Features = { weight: 120, colour: 'green', texture: 'rough', size: 'medium' }
    const encoder = { mean: 100, deviation: 10 }
    expect(encode({ ...encoder, encoding: 'one-hot' })(green)).toEqual([2, 0, 0, 0, 1, 0, 1, 0, 1, 0])
    expect(encode({ ...encoder, encoding: 'ordinal' })(green)).toEqual([2, 1, 1, 0.5])
    expect(inputNames('one-hot')).toEqual([
      'weight',
      ...['red', 'yellow', 'orange', 'green'],
      ...['smooth', 'rough'],
      ...['small', 'medium', 'large']
    ])
    expect(inputNames('ordinal')).toEqual(['weight', 'colour', 'texture', 'size'])
  })
})
