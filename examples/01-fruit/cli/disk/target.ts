import type * as fs from 'node:fs'
import { constants } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { codeOf } from './reasons.js'

/** The calls of the system by which files are written, so that tests may let one of them fail. */
export type System = Pick<
  typeof fs,
  | 'accessSync'
  | 'closeSync'
  | 'fchmodSync'
  | 'fchownSync'
  | 'fsyncSync'
  | 'lstatSync'
  | 'mkdtempSync'
  | 'openSync'
  | 'readdirSync'
  | 'readlinkSync'
  | 'realpathSync'
  | 'renameSync'
  | 'rmSync'
  | 'statSync'
  | 'writeFileSync'
>

const mostLinks = 40

const linkAt = (system: System, path: string): string | undefined =>
  system.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
    ? resolve(dirname(path), system.readlinkSync(path))
    : undefined

/** The file that a path stands for: links are followed, also where the last one leads to no file yet. */
export const unsafeTarget = (system: System, path: string): string => {
  let at = resolve(path)
  for (let links = 0; links < mostLinks; links++) {
    const next = linkAt(system, at)
    if (next === undefined) return join(system.realpathSync(dirname(at)), basename(at))
    at = next
  }
  throw Object.assign(new Error('too many links'), { code: 'ELOOP' })
}

/** As {@link unsafeTarget}, or the path itself where that is nowhere. */
export const realPath = (system: System, path: string): string => {
  try {
    return unsafeTarget(system, path)
  } catch (error) {
    return codeOf(error) === '' ? path : resolve(path)
  }
}

/** What stands in the way of a file, if anything. */
export const unsafeObstacle = (system: System, path: string): string | undefined => {
  const [given, folder] = [dirname(path), dirname(realPath(system, path))]
  if (!(system.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    return `there is no directory ${JSON.stringify(folder === dirname(resolve(path)) ? given : folder)}`
  }
  const target = unsafeTarget(system, path)
  const stat = system.statSync(target, { throwIfNoEntry: false })
  // renaming onto a directory fails, and onto a device such as /dev/null would replace the device
  if (!(stat?.isFile() ?? true)) return 'this is not an ordinary file'
  // a rename would replace a file that is write-protected
  if (stat !== undefined) system.accessSync(target, constants.W_OK)
  system.accessSync(folder, constants.W_OK | constants.X_OK)
  return undefined
}
