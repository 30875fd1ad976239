import { dirname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { partOf, sweep } from './leftovers.js'
import { attempted, codeOf } from './reasons.js'
import { type System, unsafeObstacle, unsafeTarget } from './target.js'

/** Files that are written as a whole or not at all, whatever happens meanwhile. */

/** Runs with an open file, and closes it. */
const withFile = (
  system: System,
  path: string,
  flags: string,
  mode: number,
  work: (fd: number) => void
): void => {
  const fd = system.openSync(path, flags, mode)
  try {
    work(fd)
  } finally {
    system.closeSync(fd)
  }
}

interface Owned {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Only the superuser can give files away; others keep what they write. */
const giveTo = (system: System, fd: number, { uid, gid }: Owned): void => {
  try {
    system.fchownSync(fd, uid, gid)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error
  }
}

/** What a new file has to take over from the one that it replaces. */
const inherit = (system: System, fd: number, before: Owned | undefined): void => {
  if (before === undefined) return
  giveTo(system, fd, before)
  system.fchmodSync(fd, before.mode & 0o7777)
}

/** Not everywhere can folders be synced, and where they cannot there is no need to. */
const unsyncable = ['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'ENOTSUP', 'EBADF']

const syncFolder = (system: System, folder: string): void => {
  try {
    withFile(system, folder, 'r', 0, (fd) => system.fsyncSync(fd))
  } catch (error) {
    if (!unsyncable.includes(codeOf(error))) throw error
  }
}

/** The file under its other name, on the disk and not only on its way there; `then` says what becomes of it. */
const unsafeWithPart = (
  system: System,
  target: string,
  content: string | Uint8Array,
  then: (part: string) => void
): void => {
  const before = system.statSync(target, { throwIfNoEntry: false })
  const part = partOf(target)
  try {
    // nobody else may read it before its mode is known
    withFile(system, part, 'wx', before === undefined ? 0o666 : 0o600, (fd) => {
      system.writeFileSync(fd, content)
      inherit(system, fd, before)
      system.fsyncSync(fd)
    })
    then(part)
  } finally {
    system.rmSync(part, { force: true })
  }
}

/** Writes beside the target, makes sure of it, and renames: at any time there is the old file or the new one. */
export const writeOn =
  (system: System) =>
  (path: string, text: string): E.Either<string, void> =>
    attempted(() => {
      const target = unsafeTarget(system, path)
      sweep(system, target)
      unsafeWithPart(system, target, text, (part) => system.renameSync(part, target))
      syncFolder(system, dirname(target))
    })

/** Whether so many bytes could be written, by writing them beside the target. */
export const tryOn =
  (system: System) =>
  (path: string, bytes: number): E.Either<string, void> =>
    E.flatten(
      attempted(() => {
        const wrong = unsafeObstacle(system, path)
        if (wrong !== undefined) return E.left(wrong)
        const target = unsafeTarget(system, path)
        sweep(system, target)
        unsafeWithPart(system, target, new Uint8Array(bytes), () => undefined)
        return E.right(undefined)
      })
    )
