/** The figures with what is behind them, for reading. */
import type { Crossing, Cycle } from './cycles.js'
import { figures, type House, type Touched } from './measure.js'
import type { Measured } from './lengths.js'
import { shownSilent } from './silent.js'

const section = (title: string, lines: ReadonlyArray<string>, count = lines.length): string =>
  [`${title}: ${String(count)}`, ...lines.map((line) => `  ${line}`)].join('\n')

const shownTouched = (what: string, t: Touched): ReadonlyArray<string> => [
  section(`Files to add ${what}`, t.files),
  section('and in tests', t.inTests),
  section('silent lists', t.silent.map(shownSilent)),
  section('tables with optional rows, not counted', t.partial.map(shownSilent))
]

const shownFunction = ({ name, place, lines, isTable }: Measured): string =>
  `${String(lines).padStart(4)}  ${name} (${place})${isTable ? ', a table' : ''}`

const longest = (functions: ReadonlyArray<Measured>, count: number): ReadonlyArray<string> =>
  [...functions]
    .sort((a, b) => b.lines - a.lines)
    .slice(0, count)
    .map(shownFunction)

const shownCrossing = (c: Crossing, count: number): string =>
  `${c.from} -> ${c.to}: ${String(count)}, such as ${c.files.join(' -> ')}`

const shownCycle = ({ folders, crossings }: Cycle): ReadonlyArray<string> => {
  const pair = (c: Crossing): string => `${c.from} ${c.to}`
  const firsts = crossings.filter((c, i) => crossings.findIndex((d) => pair(d) === pair(c)) === i)
  const count = (c: Crossing): number => crossings.filter((d) => pair(d) === pair(c)).length
  return [folders.join(', '), ...firsts.map((c) => `  ${shownCrossing(c, count(c))}`)]
}

export const report = (house: House): string =>
  [
    ...Object.entries(figures(house)).map(([name, value]) => `${name.padEnd(12)} ${String(value)}`),
    '',
    ...shownTouched('a scalar function', house.scalar),
    ...shownTouched('a family', house.family),
    section(
      'the sibling elsewhere',
      house.family.mentions.map(({ place, use }) => `${place} ${use}`)
    ),
    section('left by the compiler', house.left),
    section('Functions, the longest first', longest(house.functions, 20), house.functions.length),
    section('Cycles between folders', house.cycles.flatMap(shownCycle), house.cycles.length)
  ].join('\n')
