import { createHash, randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { codeOf } from './reasons.js'
import type { System } from './target.js'

/**
 * A file is written under another name first: `.checkpoint.json-<host>-<process>-<random>.part`. A process that is
 * killed leaves it behind; the name tells others whether its writer still lives.
 */

const host = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/** Names have at most 255 bytes. */
const prefix = (target: string): string => `.${basename(target).slice(0, 40)}-`

/** A name of our own beside the target. */
export const partOf = (target: string): string =>
  join(dirname(target), `${prefix(target)}${host()}-${process.pid}-${randomBytes(4).toString('hex')}.part`)

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** Of processes elsewhere, and of numbers that were given to another process, only the time tells. */
const longest = 24 * 60 * 60 * 1000

/** Nothing of ours is under way when this is asked, so that our own number was that of an earlier process. */
const isStale = (system: System, path: string, writer: string, pid: number): boolean => {
  const stat = system.lstatSync(path, { throwIfNoEntry: false })
  if (stat?.isFile() !== true) return false
  const isDead = writer === host() && (pid === process.pid || !lives(pid))
  return isDead || Date.now() - stat.mtimeMs > longest
}

const named = /^([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}\.part$/

/** Removes what killed processes left beside the target. That it cannot be removed is no failure. */
export const sweep = (system: System, target: string): void => {
  const [folder, start] = [dirname(target), prefix(target)]
  try {
    for (const name of system.readdirSync(folder)) {
      const [, writer = '', pid = ''] = name.startsWith(start)
        ? (named.exec(name.slice(start.length)) ?? [])
        : []
      const path = join(folder, name)
      if (writer !== '' && isStale(system, path, writer, Number(pid))) system.rmSync(path, { force: true })
    }
  } catch (error) {
    if (codeOf(error) === '') throw error
  }
}
