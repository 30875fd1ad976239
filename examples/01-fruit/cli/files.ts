import {
  accessSync,
  constants,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'

/** The files a command reads and writes; a failure is the reason in words. */
export interface Files {
  readonly read: (path: string) => E.Either<string, string>
  readonly write: (path: string, text: string) => E.Either<string, void>
  /** Whether {@link write} could work, without writing. */
  readonly writable: (path: string) => E.Either<string, void>
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'expected a file, this is a directory',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8 text'
}

const reason = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? `cannot be opened${code === '' ? '' : ` (${code})`}`
}

const read: Files['read'] = (path) =>
  E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path)),
    reason
  )

/** Writes beside the target and renames, so that the target is never half written. */
const write: Files['write'] = (path, text) =>
  E.tryCatch(() => {
    const folder = mkdtempSync(join(dirname(path), '.checkpoint-'))
    const whole = join(folder, basename(path))
    try {
      writeFileSync(whole, text)
      renameSync(whole, path)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, reason)

const obstacle = (path: string): string | undefined => {
  const folder = dirname(path)
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    return `there is no directory ${JSON.stringify(folder)}`
  }
  // renaming onto a directory fails, and onto a device such as /dev/null would replace the device
  if (!(statSync(path, { throwIfNoEntry: false })?.isFile() ?? true)) return 'this is not an ordinary file'
  accessSync(folder, constants.W_OK)
  return undefined
}

const writable: Files['writable'] = (path) =>
  E.chain((wrong: string | undefined) => (wrong === undefined ? E.right(undefined) : E.left(wrong)))(
    E.tryCatch(() => obstacle(path), reason)
  )

/** The real file system. */
export const files: Files = { read, write, writable }
