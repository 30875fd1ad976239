import * as E from 'fp-ts/lib/Either.js'

/** Why a file could not be used, in words. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'expected a file, this is a directory',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EDQUOT: 'no space left for this user',
  EFBIG: 'larger than files may be here',
  EIO: 'the disk reports an error',
  ENXIO: 'expected an ordinary file',
  ELOOP: 'symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ERR_INVALID_ARG_VALUE: 'not the name of a file',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8 text'
}

/** The code that the system gave an error. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const reason = (error: unknown): string => {
  const code = codeOf(error)
  return reasons[code] ?? `the system refuses it${code === '' ? '' : ` (${code})`}`
}

/** The result of work on files, or the reason in words why there is none. */
export const attempted = <A>(work: () => A): E.Either<string, A> => E.tryCatch(work, reason)
