import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as T from 'fp-ts/lib/Task.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { attempted } from './reasons.js'
import { readFile, readStream } from './read.js'
import { realPath, type System } from './target.js'
import { tryOn, writeOn } from './write.js'

/** The files a command reads and writes; a failure is the reason in words. */
export interface Files {
  /** The text of an ordinary file of at most `limit` bytes. */
  readonly read: (path: string, limit: number) => TE.TaskEither<string, string>
  /** The text of standard input. */
  readonly input: (limit: number) => TE.TaskEither<string, string>
  /** The old file or the new one is there at any time; links are followed, the mode of the old file is kept. */
  readonly write: (path: string, text: string) => E.Either<string, void>
  /** Whether {@link write} could write so many bytes. The file stays as it is. */
  readonly tried: (path: string, bytes: number) => E.Either<string, void>
  /** Writes what has no place where it should be to the folder for temporary files, and says where. */
  readonly rescue: (path: string, text: string) => E.Either<string, string>
  /** The file that a path stands for. */
  readonly real: (path: string) => string
}

/** Files by the given calls of the system, and the given standard input. */
export const filesOn = (system: System, stdin: T.Task<AsyncIterable<string | Uint8Array>>): Files => {
  const write = writeOn(system)
  return {
    read: (path, limit) => () => Promise.resolve(readFile(path, limit)),
    input: (limit) => async () => readStream(await stdin(), limit),
    write,
    tried: tryOn(system),
    rescue: (path, text) => {
      const folder = attempted(() => system.mkdtempSync(join(tmpdir(), 'fruit-')))
      if (E.isLeft(folder)) return folder
      const place = join(folder.right, basename(path))
      return E.map(() => place)(write(place, text))
    },
    real: (path) => realPath(system, path)
  }
}

/** The real file system. */
export const files: Files = filesOn(fs, () => Promise.resolve(process.stdin))
