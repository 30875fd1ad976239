import * as E from 'fp-ts/lib/Either.js'
import { didYouMean, type Problem, problem, showProblems } from '../input/problem.js'
import { predictHelp, trainHelp } from './help.js'
import { predict } from './predict.js'
import { train, type World } from './train.js'

const commands = ['train', 'predict'] as const

const dispatch = async (
  world: World,
  args: ReadonlyArray<string>
): Promise<E.Either<ReadonlyArray<Problem>, void>> => {
  const [first] = args
  const named = first !== undefined && !first.startsWith('-')
  const command = named ? first : 'train'
  const rest = named ? args.slice(1) : args
  if (command !== 'train' && command !== 'predict') {
    return E.left([problem(command, `unknown command${didYouMean(command, commands, '')}`)])
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    world.terminal.out(command === 'train' ? trainHelp() : predictHelp())
    return E.right(undefined)
  }
  return command === 'train' ? train(world, rest) : predict(world, rest)
}

/** Runs a command line and gives its exit code. Problems go to the error stream, a line each. */
export const run = async (world: World, args: ReadonlyArray<string>): Promise<0 | 1> => {
  const outcome = await dispatch(world, args)
  if (E.isRight(outcome)) return 0
  for (const line of showProblems(outcome.left)) world.terminal.err(line)
  return 1
}
