import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { files as disk, type Files } from '../../../examples/01-fruit/cli/disk/files.js'
import type { Stop } from '../../../examples/01-fruit/cli/exits.js'
import { run } from '../../../examples/01-fruit/cli/run.js'
import { lineMeter } from '../../../examples/01-fruit/cli/terminal.js'
import { dataPath } from '../../../examples/01-fruit/data/generate.js'
import type { Learning } from '../../../examples/01-fruit/model/Learning.js'
import { palette } from '../../../examples/01-fruit/render/text.js'
import { centroids } from './centroids.js'

/** What a command did: its exit code, its two streams as lines, and the files it wrote. */
export interface Outcome {
  readonly code: number
  readonly out: ReadonlyArray<string>
  readonly err: ReadonlyArray<string>
  readonly written: ReadonlyMap<string, string>
}

const readIn = async (
  given: Readonly<Record<string, string>>,
  written: Map<string, string>,
  path: string,
  limit: number
): Promise<E.Either<string, string>> => {
  const text = written.get(path) ?? given[path]
  if (text !== undefined) return E.right(text)
  return path === dataPath ? disk.read(path, limit)() : E.left('no such file')
}

const inMemory = (given: Readonly<Record<string, string>>, written: Map<string, string>): Files => ({
  read: (path, limit) => () => readIn(given, written, path, limit),
  input: (limit) => () => readIn(given, written, 'stdin', limit),
  write: (path, text) => {
    written.set(path, text)
    return E.right(undefined)
  },
  tried: (path) =>
    path.startsWith('missing/') ? E.left('there is no directory "missing"') : E.right(undefined),
  rescue: (path, text) => {
    written.set(`rescued/${path}`, text)
    return E.right(`rescued/${path}`)
  },
  real: (path) => resolve(path)
})

/** What may differ from an undisturbed run: the network, the first stop and when it comes, the files. */
export interface Circumstances {
  readonly learning?: Learning
  /** Asked between pieces of work, with the number of times that it was asked before. */
  readonly stop?: (asked: number) => Stop | undefined
  readonly files?: (usual: Files) => Files
}

/** Runs a command line in the given circumstances, with a clock that ticks by the second. */
export const commandIn = async (
  args: ReadonlyArray<string>,
  given: Readonly<Record<string, string>>,
  { learning = centroids(), stop = () => undefined, files = (usual) => usual }: Circumstances
): Promise<Outcome> => {
  const [out, err]: [Array<string>, Array<string>] = [[], []]
  const written = new Map<string, string>()
  let [clock, asked] = [0, 0]
  const print = (text: string): void => void out.push(...text.split('\n'))
  const terminal = {
    out: print,
    err: (text: string): void => void err.push(...text.split('\n')),
    colour: palette(false),
    meter: lineMeter(print),
    now: () => clock++,
    breathe: () => Promise.resolve()
  }
  const stops = { hold: () => undefined, release: () => undefined, asked: () => stop(asked++) }
  const code = await run({ files: files(inMemory(given, written)), terminal, stops, learning }, args)
  return { code, out, err, written }
}

/** Runs a command line against files in memory (and the committed data). */
export const command = (
  args: ReadonlyArray<string>,
  given: Readonly<Record<string, string>> = {},
  learning: Learning = centroids()
): Promise<Outcome> => commandIn(args, given, { learning })
