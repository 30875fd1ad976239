import { type Fruit, labels } from '../data/fruit.js'
import type { Network, Trained } from '../model/Learning.js'
import { greatest } from '../render/blackBox.js'

/** The fruit to open the black box for, and how it was chosen. */
export interface Specimen {
  readonly fruit: Fruit
  readonly why: string
}

const says = (network: Network, fruit: Fruit): string | undefined => labels[greatest(network.predict(fruit))]

/** Every kind is nearly as likely as the others. */
const undecided = (network: Network, fruit: Fruit): boolean => Math.max(...network.predict(fruit)) < 0.4

type Story = readonly [why: string, holds: (apple: Fruit) => boolean]

/** What is worth seeing, best first. */
const stories = ({ before, after }: Trained): ReadonlyArray<Story> => {
  const right = (apple: Fruit): boolean => says(after, apple) === apple.label
  const sure = (apple: Fruit): boolean => right(apple) && Math.max(...after.predict(apple)) >= 0.9
  const wrong = (apple: Fruit): boolean => says(before, apple) !== apple.label
  return [
    ['was wrong before training, and is right after it, at 0.9 or more', (a) => sure(a) && wrong(a)],
    ['was wrong before training, and is right after it', (a) => right(a) && wrong(a)],
    ['was undecided before training, and is right after it', (a) => right(a) && undecided(before, a)],
    ['is there: training turned none from wrong or undecided to right', () => true]
  ]
}

/**
 * The fruit that was asked for (its number in the data, from 1). Otherwise an apple of the test split that shows
 * what training did: the first that the untrained network gets wrong, or is undecided about, and the trained one
 * gets right. Failing that the first apple, or the first fruit.
 */
export const specimen = (
  trained: Trained,
  fruits: ReadonlyArray<Fruit>,
  asked: number | undefined
): Specimen | undefined => {
  const wanted = asked === undefined ? undefined : fruits[asked - 1]
  if (wanted !== undefined) return { fruit: wanted, why: `number ${asked ?? ''} of the data, as asked for` }
  const apples = trained.test.filter(({ label }) => label === 'apple')
  for (const [why, holds] of stories(trained)) {
    const fruit = apples.find(holds)
    if (fruit !== undefined) return { fruit, why: `the first test apple that ${why}` }
  }
  const [fruit] = trained.test
  return fruit === undefined ? undefined : { fruit, why: 'the first test fruit: there is no apple' }
}
