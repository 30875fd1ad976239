import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { attempted } from './reasons.js'

/** Reads no more than a limit, whatever the file says of its size. */

const mebibytes = (bytes: number): string => `${bytes / 2 ** 20} MiB`

const tooLarge = (limit: number): string => `larger than ${mebibytes(limit)}, the most that is read here`

const decode = (bytes: Uint8Array): E.Either<string, string> =>
  attempted(() => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))

const within = (limit: number, chunks: ReadonlyArray<Uint8Array>, size: number): E.Either<string, string> =>
  size > limit ? E.left(tooLarge(limit)) : decode(Buffer.concat(chunks))

const oddKind = (stat: Stats): string | undefined => {
  if (stat.isFile()) return undefined
  if (stat.isDirectory()) return 'expected a file, this is a directory'
  return 'expected an ordinary file, this is a device or a pipe; --data - reads from one'
}

/** What a descriptor has, up to a byte more than the limit. */
const readUpTo = (fd: number, limit: number): E.Either<string, string> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  while (size <= limit) {
    const chunk = new Uint8Array(Math.min(2 ** 20, limit + 1 - size))
    const got = readSync(fd, chunk)
    if (got === 0) break
    chunks.push(chunk.subarray(0, got))
    size += got
  }
  return within(limit, chunks, size)
}

/** The text of an ordinary file. Pipes that nobody writes to do not hold this up. */
export const readFile = (path: string, limit: number): E.Either<string, string> =>
  E.flatten(
    attempted(() => {
      const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        const stat = fstatSync(fd)
        const odd = oddKind(stat)
        if (odd !== undefined) return E.left(odd)
        return stat.size > limit ? E.left(tooLarge(limit)) : readUpTo(fd, limit)
      } finally {
        closeSync(fd)
      }
    })
  )

const chunksOf = async (
  stream: AsyncIterable<string | Uint8Array>,
  limit: number
): Promise<E.Either<string, string>> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk)
    chunks.push(bytes)
    size += bytes.length
    if (size > limit) break
  }
  return within(limit, chunks, size)
}

/** The text that a stream has. */
export const readStream = async (
  stream: AsyncIterable<string | Uint8Array>,
  limit: number
): Promise<E.Either<string, string>> => {
  const [outcome] = await Promise.allSettled([chunksOf(stream, limit)])
  return outcome.status === 'fulfilled' ? outcome.value : E.left('cannot be read')
}
