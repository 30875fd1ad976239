import { exits } from './exits.js'
import { byOptimizer, flags, withDefaults } from './hyper.js'
import { defaultCheckpoint } from './options.js'

/** Breaks a text into lines of at most `width` characters, between words. */
const wrap = (text: string, width: number): ReadonlyArray<string> =>
  text.split(' ').reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    return last !== undefined && last.length + 1 + word.length <= width
      ? [...lines.slice(0, -1), `${last} ${word}`]
      : [...lines, word]
  }, [])

const entry = ([left, right]: readonly [string, string]): string => {
  const [first = '', ...rest] = wrap(right, 66)
  return [`  ${left.padEnd(28)}  ${first}`, ...rest.map((line) => ' '.repeat(32) + line)].join('\n')
}

const section = (title: string, entries: ReadonlyArray<readonly [string, string]>): string =>
  [`${title}:`, ...entries.map(entry)].join('\n')

const hyperEntries = (): ReadonlyArray<readonly [string, string]> => {
  const defaults = new Map<string, string>(Object.entries(withDefaults({})).map(([k, v]) => [k, String(v)]))
  const perOptimizer = ['learningRate', 'epochs', 'batchSize']
  return Object.entries(flags).map(([key, { flag, value, help }]) => {
    const usual = perOptimizer.includes(key) ? 'see below' : (defaults.get(key) ?? '')
    return [`--${flag} ${value}`, `${help} [${usual}]`] as const
  })
}

const optimizerEntries = (): ReadonlyArray<readonly [string, string]> =>
  Object.entries(byOptimizer).map(
    ([name, { learningRate, epochs, batchSize }]) =>
      [name, `--learning-rate ${learningRate} --epochs ${epochs} --batch-size ${batchSize}`] as const
  )

/** Exit codes, one a line. */
const exitEntries = (of: (exit: string) => boolean): ReadonlyArray<readonly [string, string]> =>
  Object.entries(exits).flatMap(([name, { code, means }]) => (of(name) ? [[`${code}`, means] as const] : []))

/** The text of `--help`. */
export const trainHelp = (): string =>
  [
    'Trains a small network that tells apples, bananas and oranges apart, then opens the black box.',
    [
      'Usage:',
      '  npm start -- [train] [flags]',
      '  npm start -- predict --weight 160 --colour red --texture smooth --size medium'
    ].join('\n'),
    section('Hyper-parameters [defaults]', hyperEntries()),
    section('Defaults that depend on the optimizer', optimizerEntries()),
    section('Files and output', [
      [
        '--config <file>',
        'hyper-parameters as a JSON object, such as {"epochs": 40, "learningRate": 0.01}; flags win'
      ],
      [
        '--data <file>',
        'a file of fruits with the header weight,colour,texture,size,label, of at most 4 MiB; - for standard input [the committed one]'
      ],
      ['--checkpoint <file>', `where to save the training [${defaultCheckpoint}, or the file of --resume]`],
      [
        '--resume <file>',
        'go on with the training that is saved there, to the bit as if it had never stopped; --epochs makes it longer'
      ],
      [
        '--fruit <n>',
        'open the black box for the n-th fruit of the data [an apple of the test that training turned from wrong to right]'
      ],
      ['--json', 'print nothing but one line of JSON'],
      ['--help', 'print this; predict --help for the other command']
    ]),
    section(
      'Exit codes',
      exitEntries(() => true)
    ),
    'The training is saved at its end, once a minute, and when it is stopped; a second signal ends it at once.'
  ].join('\n\n')

/** The text of `predict --help`. */
export const predictHelp = (): string =>
  [
    'Tells what a fruit is, with the network that `npm start` trained and saved.',
    ['Usage:', '  npm start -- predict --weight 160 --colour red --texture smooth --size medium'].join('\n'),
    section('The fruit', [
      ['--weight <grams>', 'a positive number up to 1e6'],
      ['--colour <name>', 'red, yellow, orange or green'],
      ['--texture <name>', 'smooth or rough'],
      ['--size <name>', 'small, medium or large']
    ]),
    section('Files and output', [
      ['--checkpoint <file>', `the saved network [${defaultCheckpoint}]`],
      ['--json', 'print nothing but one line of JSON'],
      ['--help', 'print this']
    ]),
    section(
      'Exit codes',
      exitEntries((name) => ['done', 'refused', 'output', 'EPIPE'].includes(name))
    )
  ].join('\n\n')
