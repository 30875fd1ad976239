import type { Trained } from '../model/Learning.js'
import { backwardPass, comparison, describe, forwardPass } from '../render/blackBox.js'
import { confusionTable, lossCurve } from '../render/report.js'
import type { Finished } from './follow.js'
import type { Hyper } from './hyper.js'
import type { Job } from './prepare.js'
import { specimen } from './specimen.js'
import type { World } from './world.js'

/** What is printed of a training that is done. */

/** One line of JSON. */
export const jsonReport = (job: Job, { trained, reports, seconds }: Finished): string =>
  JSON.stringify({
    testAccuracy: trained.testAccuracy,
    trainLoss: reports.map(({ loss }) => loss),
    seconds: Number(seconds.toFixed(3)),
    confusion: trained.confusion,
    checkpoint: job.options.checkpoint
  })

const boxText = ({ terminal, learning }: World, job: Job, trained: Trained): ReadonlyArray<string> => {
  const chosen = specimen(trained, job.fruits, job.options.fruit)
  if (chosen === undefined) return []
  const { fruit, why } = chosen
  const { colour } = terminal
  const title = (text: string): string => colour.bold(colour.underline(text))
  const [before, after] = [trained.before.open(fruit), trained.after.open(fruit)]
  return [
    `${title(`The black box, opened for one fruit: ${describe(fruit)} (${fruit.label})`)}\n${why}`,
    title('Before training, forward: what each neuron makes of it'),
    forwardPass(colour)(before),
    title('Before training, backward: how the activations should move, and the weights that matter most'),
    backwardPass(colour)(before.backward),
    title('After training, forward'),
    forwardPass(colour)(after),
    title('After training, backward'),
    comparison(before, after),
    title('The gradient of one neuron, as the library derives it'),
    learning.neuronProgram(job.hyper).replaceAll(/^(?=.)/gm, '  ')
  ]
}

/** Says which layers cannot learn, if any. */
const standstill = ({ hidden, activations }: Hyper): ReadonlyArray<string> => {
  const last = activations.lastIndexOf('binary-step')
  if (last < 0) return []
  const layers = hidden.slice(0, last + 1).map((_, i) => `${i + 1}`)
  const which = layers.length === 1 ? 'layer 1 keeps its' : `layers 1 to ${layers.length} keep their`
  return [`note: binary-step has derivative 0: hidden ${which} random weights`]
}

/** The curve, the confusion matrix and the open box. */
export const textReport = (world: World, job: Job, { trained, reports, seconds }: Finished): string =>
  [
    lossCurve(reports.map(({ loss }) => loss)),
    confusionTable(world.terminal.colour)(trained.confusion),
    [
      `test accuracy ${trained.testAccuracy.toFixed(4)} on ${trained.test.length} fruits, trained in ${seconds.toFixed(1)} s`,
      `saved to ${job.options.checkpoint}, reloaded: its ${job.fruits.length} predictions are bit-identical`
    ].join('\n'),
    ...standstill(job.hyper),
    ...boxText(world, job, trained)
  ]
    .filter((part) => part !== '')
    .join('\n\n')
