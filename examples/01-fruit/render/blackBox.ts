import type { Backward, BlackBox, Forward, LayerTrace, Neuron, Nudge } from '../model/BlackBox.js'
import { type Features, labels } from '../data/fruit.js'
import { clip, figure, fixed, type Palette, row, table, width } from './text.js'

/** Two decimals, or none where they would be zero: most inputs are 0 or 1. */
const two = (x: number): string => (Number.isInteger(x) ? fixed(0)(x) : fixed(2)(x))
const three = figure(3)
const four = figure(4)

/** A fruit in words. */
export const describe = (f: Features): string => `${f.weight} g, ${f.colour}, ${f.texture}, ${f.size}`

/** The most neurons of a layer that are shown. */
const most = 16

const hidden = (count: number, what: string): ReadonlyArray<string> =>
  count > most ? [`... and ${count - most} more ${what}`] : []

/** `weight 0.53  red 1.00 ...`, broken into lines that fit. */
const inputs = (layer: LayerTrace): ReadonlyArray<string> => {
  const all = layer.inputNames.map((name, i) => `${name} ${two(layer.inputs[i] ?? 0)}`)
  const items = [...all.slice(0, most), ...hidden(all.length, 'inputs')]
  return items.reduce<ReadonlyArray<string>>((lines, item) => {
    const last = lines.at(-1) ?? ''
    return lines.length > 0 && last.length + item.length + 3 <= width
      ? [...lines.slice(0, -1), `${last}   ${item}`]
      : [...lines, `  ${lines.length === 0 ? 'inputs' : '      '}   ${item}`]
  }, [])
}

interface Term {
  readonly weight: number
  readonly input: number
}

/** `0.25·1 − 2·0.50`. */
const spelt = (terms: ReadonlyArray<Term>): string =>
  terms
    .map(({ weight, input }, i) => {
      const sign = weight < 0 ? '−' : '+'
      const term = `${two(Math.abs(weight))}·${two(input)}`
      if (i > 0) return ` ${sign} ${term}`
      return weight < 0 ? `−${term}` : term
    })
    .join('')

/** The weighted sum spelt out, inputs of zero left out, the largest terms first, as many as fit. */
export const weightedSum = (layer: LayerTrace, neuron: Neuron, limit: number): string => {
  const terms = neuron.weights
    .map((weight, i) => ({ weight, input: layer.inputs[i] ?? 0 }))
    .filter(({ input }) => input !== 0)
    .sort((a, b) => Math.abs(b.weight * b.input) - Math.abs(a.weight * a.input))
  if (terms.length === 0) return '0'
  const whole = spelt(terms)
  if (whole.length <= limit) return whole
  const fits = terms.filter((_, i) => spelt(terms.slice(0, i + 1)).length + 4 <= limit)
  return clip(fits.length === 0 ? '…' : `${spelt(fits)} + …`, limit)
}

const layerTable = (layer: LayerTrace): string => {
  const rows = layer.neurons
    .slice(0, most)
    .map((n) => [
      n.name,
      weightedSum(layer, n, 38),
      three(n.sum),
      three(n.bias),
      three(n.sum + n.bias),
      three(n.activation)
    ])
  const box = table(
    ['neuron', 'weight·input, largest first', 'sum', 'bias', 'sum+bias', 'activation'],
    rows,
    [0, 1]
  )
  const more = hidden(layer.neurons.length, 'neurons')
  return [`${layer.name}: ${layer.activation}`, ...inputs(layer), box, ...more].join('\n')
}

/** `softmax([34.00, 32.00, 25.00]) = [0.88, 0.12, 0.00]`. */
export const outputRow = ({
  output,
  logits,
  probabilities
}: Pick<Forward, 'output' | 'logits' | 'probabilities'>): string =>
  `${output}(${row(logits, 2)}) = ${row(probabilities, 2)}`

/** The index of the greatest value. */
export const greatest = (xs: ReadonlyArray<number>): number =>
  xs.reduce((best, x, i) => (x > (xs[best] ?? x) ? i : best), 0)

const verdict = (colour: Palette, { fruit, forward }: BlackBox): string => {
  const said = labels[greatest(forward.probabilities)] ?? ''
  const p = fixed(2)(Math.max(...forward.probabilities))
  const right = said === fruit.label
  return `${colour.bold(`says ${said} (${p})`)}: ${right ? colour.green('right') : colour.red(`wrong, it is ${fruit.label}`)}`
}

const forwardText = (forward: Forward): ReadonlyArray<string> => [
  ...forward.layers.map(layerTable),
  `probabilities of ${labels.join(', ')}: ${outputRow(forward)}`,
  `loss (${forward.lossName}): ${four(forward.loss)}`
]

const arrow = (colour: Palette, n: Nudge): string => {
  if (n.move === 0) return colour.dim('stay')
  return n.move > 0 ? colour.green(`↑ ${four(n.move)}`) : colour.red(`↓ ${four(-n.move)}`)
}

/** All in order, or if they are too many those of the greatest derivatives. */
const mostUrgent = (nudges: ReadonlyArray<Nudge>): ReadonlyArray<Nudge> =>
  nudges.length <= most
    ? nudges
    : [...nudges].sort((a, b) => Math.abs(b.derivative) - Math.abs(a.derivative)).slice(0, most)

const nudgeTable =
  (colour: Palette) =>
  (layer: Backward['layers'][number]): string => {
    const rows = mostUrgent(layer.nudges).map((n) => [
      n.name,
      three(n.value),
      four(n.derivative),
      arrow(colour, n)
    ])
    return [
      layer.name,
      table(['activation', 'value', 'derivative of the loss', 'should move'], rows),
      ...hidden(layer.nudges.length, 'activations, of smaller derivatives')
    ].join('\n')
  }

const weightTable = (backward: Backward): string => {
  const rows = backward.weights.map((w) => [
    `${w.layer}: ${w.from} → ${w.to}`,
    three(w.value),
    four(w.gradient)
  ])
  return `the weights that move the loss most\n${table(['weight', 'value', 'derivative of the loss'], rows)}`
}

/** The size of the greatest derivative of the loss in an activation: how much there is left to do. */
const urgency = ({ layers }: Backward): number =>
  Math.max(...layers.flatMap(({ nudges }) => nudges.map(({ derivative }) => Math.abs(derivative))))

/** The forward pass of one fruit: each neuron, the softmax row, the loss and whether it is right. */
export const forwardPass =
  (colour: Palette) =>
  (box: BlackBox): string =>
    [...forwardText(box.forward), verdict(colour, box)].join('\n\n')

/** The backward pass: which activations should move and how far, and the weights of the greatest gradients. */
export const backwardPass =
  (colour: Palette) =>
  (backward: Backward): string =>
    [
      'A move is minus the derivative: the direction in which the loss falls, as far as it is steep.',
      ...backward.layers.map(nudgeTable(colour)),
      weightTable(backward)
    ].join('\n\n')

/** What the backward passes before and after training say about how much is left to learn from the fruit. */
export const comparison = (before: BlackBox, after: BlackBox): string =>
  [
    `the loss of this fruit went from ${four(before.forward.loss)} to ${four(after.forward.loss)}`,
    `the greatest derivative in an activation went from ${four(urgency(before.backward))} to ${four(urgency(after.backward))}`
  ].join('\n')
