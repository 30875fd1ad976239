import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exits } from '../../../examples/01-fruit/cli/exits.js'
import { activations, losses, optimizers } from '../../../examples/01-fruit/cli/hyper.js'
import { centroids } from './centroids.js'
import { command } from './world.js'

type Given = Readonly<Record<string, string>>
type Bad = readonly [line: string, expected: ReadonlyArray<string>, files?: Given]

const config = (text: string): Given => ({ 'c.json': text })
const activationNames = activations.join(', ')

const badCommands: ReadonlyArray<Bad> = [
  ['predikt', ['predikt: unknown command; did you mean predict?']],
  ['evaluate', ['evaluate: unknown command']],
  ['--epoch 4', ['--epoch: unknown flag; did you mean --epochs?']],
  ['--learningRate 4', ['--learningRate: unknown flag; did you mean --learning-rate?']],
  ['--verbose', ['--verbose: unknown flag']],
  ['-x', ['-x: unknown flag']],
  ['train now', ['now: unexpected argument; flags start with --']],
  ['--epochs', ['--epochs: expected a value']],
  ['--epochs --json', ['--epochs: expected a value']],
  ['--epochs= --key 3', ['--epochs: expected a value']],
  ['--epochs 3 --epochs 4', ['--epochs: given twice']],
  ['--json=yes', ['--json: takes no value, got "yes"']],
  ['--epochs 2.5', ['--epochs: expected a whole number from 1 to 100000, got 2.5']],
  ['--epochs 0', ['--epochs: expected a whole number from 1 to 100000, got 0']],
  ['--learning-rate fast', ['--learning-rate: expected a positive number, got "fast"']],
  ['--learning-rate -0.1', ['--learning-rate: expected a positive number, got -0.1']],
  ['--learning-rate Infinity', ['--learning-rate: expected a positive number, got "Infinity"']],
  ['--momentum 1', ['--momentum: expected a number from 0 up to but not 1, got 1']],
  ['--batch-size none', ['--batch-size: expected a positive whole number or "full", got "none"']],
  ['--test-fraction 1.5', ['--test-fraction: expected a number between 0 and 1, got 1.5']],
  ['--key -1', ['--key: expected a whole number, 0 or more, got -1']],
  ['--hidden 8,x', ['--hidden: expected a whole number from 1 to 1024, got "x"']],
  ['--hidden 8,,8', ['--hidden: expected a whole number from 1 to 1024, got ""']],
  [
    '--optimizer adm',
    [`--optimizer: expected one of ${optimizers.join(', ')}, got "adm"; did you mean "adam"?`]
  ],
  [
    '--loss crossentropy',
    [`--loss: expected one of ${losses.join(', ')}, got "crossentropy"; did you mean "cross-entropy"?`]
  ],
  [
    '--activations relu,rellu',
    [`--activations: expected one of ${activationNames}, got "rellu"; did you mean "relu"?`]
  ],
  ['--activations relu,tanh,relu', ['--activations: expected 2 names, one for each hidden layer, got 3']],
  [
    '--encoding onehot',
    ['--encoding: expected one of one-hot, ordinal, got "onehot"; did you mean "one-hot"?']
  ],
  [
    '--optimizer gradient-descent --batch-size 32',
    ['--batch-size: gradient-descent takes the full batch; for batches of 32 choose sgd']
  ],
  [
    '--hidden 4,1 --activations relu,softmax',
    ['--activations: the softmax of a single neuron is always 1; give the layer 2 neurons or more']
  ],
  ['--momentum 0.5', ['--momentum: adam has none; choose momentum or nesterov']],
  [
    '--config c.json --optimizer sgd',
    ['c.json: momentum: sgd has none; choose momentum or nesterov'],
    config('{"momentum": 0.5}')
  ],
  ['--fruit 0', ['--fruit: expected a positive whole number, got "0"']],
  ['--fruit 1201', ['--fruit: expected a whole number from 1 to 1200, got 1201']],
  ['--data nowhere.csv', ['nowhere.csv: no such file']],
  ['--checkpoint missing/c.json', ['missing/c.json: cannot be written: there is no directory "missing"']],
  [
    '--data f.csv --checkpoint f.csv',
    ['--checkpoint: would overwrite f.csv', 'data: expected at least 4 fruits, got 1'],
    { 'f.csv': 'weight,colour,texture,size,label\n1,red,rough,small,apple' }
  ],
  ['--config c.json --checkpoint ./c.json', ['--checkpoint: would overwrite c.json'], config('{}')],
  ['two\nlines', ['two lines: unknown command']],
  [
    '--data f.csv --checkpoint missing/c.json',
    [
      'missing/c.json: cannot be written: there is no directory "missing"',
      'line 2, weight: expected a positive number, got "-3"'
    ],
    { 'f.csv': 'weight,colour,texture,size,label\n-3,red,rough,small,apple' }
  ],
  [
    '--data f.csv',
    ['data: expected at least 4 fruits, got 1'],
    { 'f.csv': 'weight,colour,texture,size,label\n3,red,rough,small,apple' }
  ],
  ['--config c.json', ['c.json: no such file']],
  ['--config c.json', ['c.json: nested deeper than 256 levels'], config('['.repeat(100_000))],
  ['--config c.json', ['c.json: nested deeper than 256 levels'], config('{"hidden":'.repeat(100_000))],
  ['--config c.json', ['c.json: not JSON: unexpected "x" at character 1'], config(`x${'['.repeat(100_000)}`)],
  [
    '--config c.json',
    ['c.json: the key "epochs" occurs twice in one object'],
    config('{"epochs": 4, "epochs": 40}')
  ],
  ['--config c.json', ['c.json: the key "__proto__" is not allowed'], config('{"__proto__": {"epochs": 4}}')],
  [
    '--config c.json',
    [
      'c.json: hidden: expected at most 32 of them, got 1000000: with more layers the program takes long to compile'
    ],
    config(`{"hidden": [${'1,'.repeat(999_999)}1]}`)
  ],
  [
    `--hidden ${Array.from({ length: 33 }, () => 8).join(',')}`,
    ['--hidden: expected at most 32 of them, got 33: with more layers the program takes long to compile']
  ],
  [
    '--hidden 1024,1024,1024',
    [
      '--hidden: these layers have 2113539 weights, more than the 2097152 of which checkpoints are written; take fewer or smaller layers'
    ]
  ],
  ['--resume none.json', ['none.json: no such file']],
  ['--resume', ['--resume: expected a value']],
  ['--data -', ['-: no such file']],
  ['--config c.json', ['c.json: line 1, column 1: not JSON: value expected'], config('')],
  ['--config c.json', ['c.json: line 2, column 11: not JSON: colon expected'], config('{\n"epochs"  40}')],
  ['--config c.json', ['c.json: line 1, column 14: not JSON: close brace expected'], config('{"epochs": 40')],
  ['--config c.json', ['c.json: line 1, column 1: not JSON: invalid comment token'], config('// no\n{}')],
  ['--config c.json', ['c.json: expected an object such as {"epochs": 40}, got [40]'], config('[40]')],
  ['--config c.json', ['c.json: expected an object such as {"epochs": 40}, got null'], config('null')],
  [
    '--config c.json',
    ['c.json: learningRate: expected a positive number, got "fast"'],
    config('{"learningRate": "fast"}')
  ],
  [
    '--config c.json',
    ['c.json: learningrate: unknown key; did you mean "learningRate"?'],
    config('{"learningrate": 0.1}')
  ],
  ['--config c.json', ['c.json: dropout: unknown key'], config('{"dropout": 0.1}')],
  [
    '--config c.json',
    ['c.json: epochs: expected a whole number from 1 to 100000, got "40"'],
    config('{"epochs": "40"}')
  ],
  [
    '--config c.json',
    ['c.json: hidden[1]: expected a whole number from 1 to 1024, got 0'],
    config('{"hidden": [8, 0]}')
  ],
  [
    '--config c.json',
    ['c.json: hidden: expected a list of layer sizes such as [8, 8], got 8'],
    config('{"hidden": 8}')
  ],
  [
    '--config c.json',
    ['c.json: activations: expected 2 names, one for each hidden layer, got 0'],
    config('{"activations": []}')
  ],
  [
    '--epoch 3 --key x --fruit y --config c.json',
    [
      '--epoch: unknown flag; did you mean --epochs?',
      '--key: expected a whole number, 0 or more, got "x"',
      '--fruit: expected a positive whole number, got "y"',
      'c.json: momntum: unknown key; did you mean "momentum"?',
      `c.json: loss: expected one of ${losses.join(', ')}, got true`
    ],
    config('{"momntum": 0.9, "loss": true}')
  ],
  [
    'predict',
    [
      '--weight: is required, for example --weight 160',
      '--colour: is required, for example --colour red',
      '--texture: is required, for example --texture smooth',
      '--size: is required, for example --size medium'
    ]
  ],
  [
    'predict --weight heavy --color red --texture smooth --size M',
    [
      '--color: unknown flag; did you mean --colour?',
      '--colour: is required, for example --colour red',
      '--weight: expected a positive number, got "heavy"',
      '--size: expected one of small, medium, large, got "M"'
    ]
  ],
  [
    'predict --weight 1e300 --colour red --texture smooth --size small',
    ['--weight: expected at most 1000000 grams, got "1e300"']
  ],
  [
    'predict --weight -3 --colour blue --texture ruff --size small',
    [
      '--weight: expected a positive number, got "-3"',
      '--colour: expected one of red, yellow, orange, green, got "blue"',
      '--texture: expected one of smooth, rough, got "ruff"'
    ]
  ],
  [
    'predict --weight 160 --colour red --texture smooth --size medium',
    ['checkpoint.json: no such file; npm start trains and saves a network']
  ],
  [
    'predict --weight 160 --colour red --texture smooth --size medium --checkpoint other.json',
    ['other.json: no such file']
  ]
]

describe('bad input', () => {
  it.each(badCommands.map(([line, expected, given]) => ({ line, expected, given })))(
    '$line',
    async ({ line, expected, given }) => {
      const outcome = await command(line.split(' '), given)
      expect(outcome).toEqual({ code: 1, out: [], err: expected, written: new Map() })
    }
  )

  it('is one line whatever the user typed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const outcome = await command(['--epochs', text, '--optimizer', text])
        expect(outcome.code).toBe(1)
        expect(outcome.written.size).toBe(0)
        for (const line of outcome.err) expect(line).toMatch(/^[^\p{Cc}]+: \S[^\p{Cc}]*$/u)
        expect(outcome.err.length).toBeLessThanOrEqual(2)
      }),
      { numRuns: 50 }
    )
  })

  it('ends a training that diverges, and writes nothing', async () => {
    const outcome = await command(
      [],
      {},
      centroids((epoch) => (epoch < 3 ? 1 : Number.NaN))
    )
    expect(outcome.code).toBe(exits.diverged.code)
    expect(outcome.err).toEqual([
      'epoch 3: training diverged, the loss is NaN; try a smaller --learning-rate'
    ])
    expect(outcome.written.size).toBe(0)
  })

  it('says so when a reloaded checkpoint predicts differently', async () => {
    const honest = centroids()
    const forgetful = {
      ...honest,
      load: () =>
        honest.load(JSON.stringify({ encoder: { encoding: 'one-hot', mean: 0, deviation: 1 }, centres: [] }))
    }
    const outcome = await command(['--epochs', '1'], {}, forgetful)
    expect(outcome.err).toEqual(['checkpoint.json: the reloaded network differs from the trained one'])
    expect(outcome.code).toBe(exits.unsaved.code)
  })
})
