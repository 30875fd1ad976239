import type { Either } from 'fp-ts/lib/Either.js'
import type { Hyper } from '../cli/hyper.js'
import type { Features, Fruit } from '../data/fruit.js'
import type { Problem } from '../input/problem.js'
import type { BlackBox } from './BlackBox.js'

/** A network that can be asked, and opened. */
export interface Network {
  /** The probability of each label, in the order of `labels`. */
  readonly predict: (features: Features) => ReadonlyArray<number>
  readonly open: (fruit: Fruit) => BlackBox
}

/** How training stands after an epoch: the mean loss and the accuracy on the training split. */
export interface EpochReport {
  readonly epoch: number
  readonly loss: number
  readonly accuracy: number
}

/** The text of a checkpoint file, or the reasons why there is none. */
export type Saved = Either<ReadonlyArray<string>, string>

/** Where numbers that are not finite came from, in a few lines; nothing if there were none. */
export type Causes = () => ReadonlyArray<string>

/** What training yields. Rows of `confusion` are the true labels, columns the predicted ones. */
export interface Trained {
  readonly before: Network
  readonly after: Network
  readonly test: ReadonlyArray<Fruit>
  readonly testAccuracy: number
  readonly confusion: ReadonlyArray<ReadonlyArray<number>>
  readonly checkpoint: Saved
}

/**
 * A training in progress, as a lazy list of short pieces of work: nothing is computed before `next` is called. `Pause`
 * comes between steps, `Epoch` after the last of an epoch. From what `save` gives, training goes on to the bit.
 */
export type Progress =
  | { readonly _tag: 'Pause'; readonly save: () => Saved; readonly next: () => Progress }
  | {
      readonly _tag: 'Epoch'
      readonly report: EpochReport
      readonly save: () => Saved
      readonly next: () => Progress
      /** Goes through the epoch again, looking for the cause of a loss that is not finite. */
      readonly cause: Causes
    }
  | { readonly _tag: 'Done'; readonly trained: Trained }

/** Begins a training, or says what does not go together. */
export type Train = (
  fruits: ReadonlyArray<Fruit>,
  hyper: Hyper
) => Either<ReadonlyArray<Problem>, () => Progress>

/** A training as its checkpoint tells of it. */
export interface Suspended {
  readonly hyper: Hyper
  /** The epochs that are done. */
  readonly reports: ReadonlyArray<EpochReport>
  /** Goes on with the same fruits, and hyper-parameters that may ask for another number of epochs. */
  readonly train: Train
}

/** What the commands need of the model. */
export interface Learning {
  /** Checks that the fruits and hyper-parameters go together; the training starts when the result is called. */
  readonly train: Train
  /** Reads the text of a checkpoint file as a training to go on with, or gives the reasons why not. */
  readonly resume: (text: string) => Either<ReadonlyArray<string>, Suspended>
  /** Reads the text of a checkpoint file as a network, or gives the reasons why not. */
  readonly load: (text: string) => Either<ReadonlyArray<string>, Network>
  /** How many bytes the text of a checkpoint file may have. */
  readonly checkpointSize: (hyper: Hyper) => number
  /** The derived gradient program of one neuron, as text. */
  readonly neuronProgram: (hyper: Hyper) => string
}
