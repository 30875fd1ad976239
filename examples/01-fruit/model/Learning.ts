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

/** Where numbers that are not finite came from, in a few lines; nothing if there were none. */
export type Causes = () => ReadonlyArray<string>

/** What training yields. Rows of `confusion` are the true labels, columns the predicted ones. */
export interface Trained {
  readonly before: Network
  readonly after: Network
  readonly test: ReadonlyArray<Fruit>
  readonly testAccuracy: number
  readonly confusion: ReadonlyArray<ReadonlyArray<number>>
  /** The text of the checkpoint file, or why there is none. */
  readonly checkpoint: Either<ReadonlyArray<string>, string>
}

/** A training in progress, as a lazy list of epochs: nothing is computed before `next` is called. */
export type Progress =
  | {
      readonly _tag: 'Epoch'
      readonly report: EpochReport
      readonly next: () => Progress
      /** Goes through the epoch again, looking for the cause of a loss that is not finite. */
      readonly cause?: Causes
    }
  | { readonly _tag: 'Done'; readonly trained: Trained }

/** What the commands need of the model. */
export interface Learning {
  /** Checks that the fruits and hyper-parameters go together; the training starts when the result is called. */
  readonly train: (
    fruits: ReadonlyArray<Fruit>,
    hyper: Hyper
  ) => Either<ReadonlyArray<Problem>, () => Progress>
  /** Reads the text of a checkpoint file, or gives the reasons why not. */
  readonly load: (text: string) => Either<ReadonlyArray<string>, Network>
  /** The derived gradient program of one neuron, as text. */
  readonly neuronProgram: (hyper: Hyper) => string
}
