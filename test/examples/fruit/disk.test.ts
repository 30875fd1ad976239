import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { files, filesOn } from '../../../examples/01-fruit/cli/disk/files.js'
import { partOf } from '../../../examples/01-fruit/cli/disk/leftovers.js'
import type { System } from '../../../examples/01-fruit/cli/disk/target.js'

/** Files on a real disk, and on one that fails. */

const folder = fs.mkdtempSync(join(tmpdir(), 'fruit-disk-'))
afterAll(() => {
  fs.rmSync(folder, { recursive: true })
})

const fresh = (): string => fs.mkdtempSync(join(folder, 'f-'))
const done = E.right(undefined)
const stdin = (...chunks: ReadonlyArray<Uint8Array>) => {
  const from = async function* () {
    for (const chunk of chunks) yield await Promise.resolve(chunk)
  }
  return () => Promise.resolve(from())
}

const failing = (call: keyof System, code: string, first = 0): System => {
  let calls = 0
  const fail = (...args: ReadonlyArray<unknown>): unknown => {
    if (calls++ >= first) throw Object.assign(new Error(code), { code })
    return (fs[call] as (...all: ReadonlyArray<unknown>) => unknown)(...args)
  }
  return { ...fs, [call]: fail }
}

describe('reading', () => {
  const read = (path: string, limit = 100) => files.read(path, limit)()

  it('gives reasons in words', async () => {
    const latin = join(folder, 'latin.csv')
    fs.writeFileSync(latin, Buffer.from([0x77, 0xe9, 0x0a]))
    expect(await read(latin)).toEqual(E.left('not UTF-8 text'))
    expect(await read(folder)).toEqual(E.left('expected a file, this is a directory'))
    expect(await read(join(folder, 'none'))).toEqual(E.left('no such file'))
    expect(await read('a\0b')).toEqual(E.left('not the name of a file'))
  })

  it('ends at the limit, and takes neither devices nor pipes', async () => {
    const path = join(folder, 'long.csv')
    fs.writeFileSync(path, 'x'.repeat(100))
    expect(await read(path)).toEqual(E.right('x'.repeat(100)))
    fs.appendFileSync(path, 'x')
    expect(await read(path)).toEqual(E.left(`larger than ${100 / 2 ** 20} MiB, the most that is read here`))
    expect(await read('/dev/zero')).toEqual(
      E.left('expected an ordinary file, this is a device or a pipe; --data - reads from one')
    )
  })

  it('reads standard input up to the limit', async () => {
    const [a, zeros] = [Buffer.from('abc'), new Uint8Array(60)]
    expect(await filesOn(fs, stdin(a, a)).input(6)()).toEqual(E.right('abcabc'))
    expect(E.isLeft(await filesOn(fs, stdin(zeros, zeros, zeros)).input(100)())).toBe(true)
  })
})

describe('writing', () => {
  it('replaces whole files, leaves nothing beside them, and keeps their mode', () => {
    const path = join(fresh(), 'a.json')
    expect(files.write(path, 'one')).toEqual(done)
    fs.chmodSync(path, 0o640)
    expect(files.tried(path, 1000)).toEqual(done)
    expect(files.write(path, 'two')).toEqual(done)
    expect(fs.readFileSync(path, 'utf8')).toBe('two')
    expect(fs.statSync(path).mode & 0o777).toBe(0o640)
    expect(fs.readdirSync(join(path, '..'))).toEqual(['a.json'])
  })

  it('follows links, also to where no file is yet', () => {
    const [here, there] = [fresh(), fresh()]
    const [link, second] = [join(here, 'link.json'), join(here, 'second.json')]
    fs.symlinkSync(join(there, 'a.json'), link)
    fs.symlinkSync('link.json', second)
    for (const path of [link, second]) {
      expect(files.tried(path, 10)).toEqual(done)
      expect(files.write(path, path)).toEqual(done)
      expect(fs.readFileSync(join(there, 'a.json'), 'utf8')).toBe(path)
      expect(files.real(path)).toBe(files.real(join(there, 'a.json')))
    }
    expect(fs.lstatSync(link).isSymbolicLink() && fs.lstatSync(second).isSymbolicLink()).toBe(true)
    expect([fs.readdirSync(here), fs.readdirSync(there)]).toEqual([['link.json', 'second.json'], ['a.json']])
  })

  it('names what is in the way before there is something to write', () => {
    const none = join(folder, 'none', 'c.json')
    const circle = join(fresh(), 'circle')
    fs.symlinkSync(circle, circle)
    const before = fs.readdirSync(folder)
    expect(files.tried(none, 9)).toEqual(
      E.left(`there is no directory ${JSON.stringify(join(folder, 'none'))}`)
    )
    expect(files.tried(folder, 9)).toEqual(E.left('this is not an ordinary file'))
    expect(files.tried('/dev/null', 9)).toEqual(E.left('this is not an ordinary file'))
    expect(files.tried('/dev/full', 9)).toEqual(E.left('this is not an ordinary file'))
    expect(files.tried(circle, 9)).toEqual(E.left('symbolic links lead in a circle'))
    expect(files.tried(join(folder, 'x'.repeat(300)), 9)).toEqual(E.left('the name is too long'))
    expect(files.tried(join(folder, 'new.json'), 9)).toEqual(done)
    expect(fs.readdirSync(folder)).toEqual(before)
  })

  const failures: ReadonlyArray<readonly [keyof System, string, string]> = [
    ['openSync', 'EACCES', 'permission denied'],
    ['openSync', 'EROFS', 'the file system is read-only'],
    ['writeFileSync', 'ENOSPC', 'no space left'],
    ['writeFileSync', 'EDQUOT', 'no space left for this user'],
    ['fsyncSync', 'EIO', 'the disk reports an error'],
    ['fsyncSync', 'ENOSPC', 'no space left'],
    ['fchmodSync', 'EIO', 'the disk reports an error'],
    ['renameSync', 'EACCES', 'permission denied'],
    ['renameSync', 'EWHAT', 'the system refuses it (EWHAT)'],
    ['closeSync', 'EIO', 'the disk reports an error']
  ]

  it.each(failures)('keeps the old file when %s fails with %s', (call, code, reason) => {
    const path = join(fresh(), 'a.json')
    fs.writeFileSync(path, 'old')
    expect(filesOn(failing(call, code), stdin()).write(path, 'new')).toEqual(E.left(reason))
    expect(fs.readFileSync(path, 'utf8')).toBe('old')
    expect(fs.readdirSync(join(path, '..'))).toEqual(['a.json'])
  })

  it.each(failures.filter(([call]) => call !== 'renameSync'))(
    'finds in advance that %s fails with %s',
    (call, code, reason) => {
      const path = join(fresh(), 'a.json')
      fs.writeFileSync(path, 'old')
      expect(filesOn(failing(call, code), stdin()).tried(path, 10)).toEqual(E.left(reason))
      expect(fs.readdirSync(join(path, '..'))).toEqual(['a.json'])
    }
  )

  it('syncs the file before the rename and the folder after it, where folders can be synced', () => {
    const path = join(fresh(), 'a.json')
    const calls: Array<string> = []
    const system: System = {
      ...fs,
      fsyncSync: (fd) => {
        calls.push(fs.fstatSync(fd).isDirectory() ? 'sync folder' : 'sync file')
        fs.fsyncSync(fd)
      },
      renameSync: (a, b) => {
        calls.push('rename')
        fs.renameSync(a, b)
      }
    }
    expect(filesOn(system, stdin()).write(path, 'x')).toEqual(done)
    expect(calls).toEqual(['sync file', 'rename', 'sync folder'])
    expect(filesOn(failing('fsyncSync', 'EINVAL', 1), stdin()).write(path, 'y')).toEqual(done)
    expect(filesOn(failing('fsyncSync', 'EIO', 1), stdin()).write(path, 'z')).toEqual(
      E.left('the disk reports an error')
    )
    expect(fs.readFileSync(path, 'utf8')).toBe('z')
  })

  it('finds another place for what cannot be written', () => {
    const rescued = files.rescue('a/b.json', 'text')
    if (E.isLeft(rescued)) return expect.unreachable(rescued.left)
    expect([fs.readFileSync(rescued.right, 'utf8'), basename(rescued.right)]).toEqual(['text', 'b.json'])
    fs.rmSync(join(rescued.right, '..'), { recursive: true })
  })
})

describe('what killed processes leave', () => {
  const old = new Date(Date.now() - 48 * 60 * 60 * 1000)
  const dead = 4_194_304 * 4

  it('is swept if it is ours and nobody writes it', () => {
    const path = join(fresh(), 'a.json')
    const part = partOf(path)
    const of = (pid: number, end = '.part'): string =>
      part.replace(`-${process.pid}-`, `-${pid}-`).replace('.part', end)
    const elsewhere = part.replace(/-[0-9a-f]{8}-(\d+)-/, '-00000000-$1-')
    const stale = elsewhere.replace(/[0-9a-f]{8}\.part/, '00000000.part')
    const swept = [part, of(dead), stale]
    const kept = [
      of(process.ppid),
      elsewhere,
      of(dead, '.parts'),
      partOf(join(path, '..', 'b.json')).replace(`-${process.pid}-`, `-${dead}-`),
      join(path, '..', '.a.json-notes.part')
    ]
    for (const name of [...swept, ...kept]) fs.writeFileSync(name, '')
    fs.utimesSync(stale, old, old)
    fs.mkdirSync(of(dead).replace(/[0-9a-f]{8}\.part/, '11111111.part'))
    expect(files.write(path, 'x')).toEqual(done)
    expect(swept.filter((name) => fs.existsSync(name))).toEqual([])
    expect(kept.filter((name) => !fs.existsSync(name))).toEqual([])
  })
})
