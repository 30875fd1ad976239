import * as E from 'fp-ts/lib/Either.js'
import { didYouMean, problem, showProblems } from '../input/problem.js'
import { predictHelp, trainHelp } from './help.js'
import { predict } from './predict.js'
import { exits } from './exits.js'
import { train } from './train.js'
import { type Ended, refused, type World } from './world.js'

const commands = ['train', 'predict'] as const

const dispatch = async (world: World, args: ReadonlyArray<string>): Promise<E.Either<Ended, void>> => {
  const [first] = args
  const named = first !== undefined && !first.startsWith('-')
  const command = named ? first : 'train'
  const rest = named ? args.slice(1) : args
  if (command !== 'train' && command !== 'predict') {
    return refused([problem(command, `unknown command${didYouMean(command, commands, '')}`)])
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    world.terminal.out(command === 'train' ? trainHelp() : predictHelp())
    return E.right(undefined)
  }
  return command === 'train' ? train(world, rest) : predict(world, rest)
}

/** Runs a command line and gives its exit code. Problems go to the error stream, a line each. */
export const run = async (world: World, args: ReadonlyArray<string>): Promise<number> => {
  const outcome = await dispatch(world, args)
  if (E.isRight(outcome)) return exits.done.code
  for (const line of showProblems(outcome.left.problems)) world.terminal.err(line)
  return exits[outcome.left.exit].code
}
