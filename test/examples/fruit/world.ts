import * as E from 'fp-ts/lib/Either.js'
import { files as disk, type Files } from '../../../examples/01-fruit/cli/files.js'
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

const inMemory = (given: Readonly<Record<string, string>>, written: Map<string, string>): Files => ({
  read: (path) => {
    const text = written.get(path) ?? given[path]
    if (text !== undefined) return E.right(text)
    return path === dataPath ? disk.read(path) : E.left('no such file')
  },
  write: (path, text) => {
    written.set(path, text)
    return E.right(undefined)
  },
  writable: (path) =>
    path.startsWith('missing/') ? E.left('there is no directory "missing"') : E.right(undefined)
})

/** Runs a command line against files in memory (and the committed data), with a clock that ticks by the second. */
export const command = async (
  args: ReadonlyArray<string>,
  given: Readonly<Record<string, string>> = {},
  learning: Learning = centroids()
): Promise<Outcome> => {
  const [out, err]: [Array<string>, Array<string>] = [[], []]
  const written = new Map<string, string>()
  let clock = 0
  const print = (text: string): void => void out.push(...text.split('\n'))
  const terminal = {
    out: print,
    err: (text: string): void => void err.push(...text.split('\n')),
    colour: palette(false),
    meter: lineMeter(print),
    now: () => clock++,
    breathe: () => Promise.resolve()
  }
  const code = await run({ files: inMemory(given, written), terminal, learning }, args)
  return { code, out, err, written }
}
