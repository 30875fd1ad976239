import { plot } from 'asciichart'
import { labels } from '../data/fruit.js'
import { fixed, type Palette, table, width } from './text.js'

/** At most `count` of the values, evenly spaced, the first and last among them. */
export const sample = (values: ReadonlyArray<number>, count: number): ReadonlyArray<number> => {
  if (values.length <= count) return values
  const step = (values.length - 1) / (count - 1)
  return Array.from({ length: count }, (_, i) => values[Math.round(i * step)] ?? 0)
}

/** Each value as often as fits into `count`. */
const stretch = (values: ReadonlyArray<number>, count: number): ReadonlyArray<number> => {
  const times = Math.max(1, Math.floor(count / values.length))
  return values.flatMap((value) => Array.from({ length: times }, () => value))
}

/** The mean loss of each epoch as a curve. */
export const lossCurve = (losses: ReadonlyArray<number>): string => {
  if (losses.length < 2) return ''
  const columns = width - 12
  const format = (x: number): string => x.toFixed(3).padStart(9)
  return `training loss, epochs 1 to ${losses.length}\n${plot(stretch(sample(losses, columns), columns), { height: 10, format })}`
}

/** How often each kind (rows) was taken for each kind (columns), and the part of each kind that was found. */
export const confusionTable =
  (colour: Palette) =>
  (confusion: ReadonlyArray<ReadonlyArray<number>>): string => {
    const rows = labels.map((label, i) => {
      const counts = confusion[i] ?? []
      const total = counts.reduce((a, b) => a + b, 0)
      const cells = counts.map((n, j) => {
        if (n === 0) return colour.dim('0')
        return i === j ? colour.green(String(n)) : colour.red(String(n))
      })
      return [`is ${label}`, ...cells, total === 0 ? 'none' : fixed(3)((counts[i] ?? 0) / total)]
    })
    return table(['', ...labels.map((label) => `said ${label}`), 'found'], rows)
  }

/** The probability of each label as bars. */
export const probabilityBars = (probabilities: ReadonlyArray<number>): string =>
  labels
    .map((label, i) => {
      const p = probabilities[i] ?? 0
      return `  ${label.padEnd(8)}${fixed(4)(p)}  ${'█'.repeat(Math.round(p * 40))}`
    })
    .join('\n')
