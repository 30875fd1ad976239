import * as E from 'fp-ts/lib/Either.js'
import type { Problem } from '../input/problem.js'
import type { Learning } from '../model/Learning.js'
import type { Files } from './disk/files.js'
import type { Exit } from './exits.js'
import type { Stops } from './stops.js'
import type { Terminal } from './terminal.js'

/** What the commands act on and with. */
export interface World {
  readonly files: Files
  readonly terminal: Terminal
  readonly stops: Stops
  readonly learning: Learning
}

/** An end that is no success: how, and what there is to say. */
export interface Ended {
  readonly exit: Exclude<Exit, 'done'>
  readonly problems: ReadonlyArray<Problem>
}

/** An end that is no success. */
export const ended = (exit: Ended['exit'], ...problems: ReadonlyArray<Problem>): E.Either<Ended, never> =>
  E.left({ exit, problems })

/** The end of a command that did nothing. */
export const refused = (problems: ReadonlyArray<Problem>): E.Either<Ended, never> =>
  ended('refused', ...problems)
