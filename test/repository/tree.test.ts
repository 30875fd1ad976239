import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { entries, layers } from '../../eslint.config.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What `.gitignore` leaves out, and what git itself keeps: the files may have come without it. */
const ignored = /^(\.git|node_modules|dist|coverage|checkpoint\.json|.*\.(tsbuildinfo|log))$/

const filesBelow = (folder: string): ReadonlyArray<string> => {
  const [found, folders]: [string[], string[]] = [[], [folder]]
  for (let at = folders.pop(); at !== undefined; at = folders.pop())
    for (const entry of readdirSync(join(root, at), { withFileTypes: true })) {
      const path = join(at, entry.name)
      if (!ignored.test(entry.name)) (entry.isDirectory() ? folders : found).push(path)
    }
  return found.sort()
}

const files = filesBelow('.')

const text = (file: string): string => readFileSync(join(root, file), 'utf8')

const binary = /\.(png|jpg|gif|ico|wasm|safetensors|bin)$/

/** Lines of `content` that match, each with its place. */
const lines = (pattern: RegExp, file: string, content: string): ReadonlyArray<string> =>
  content
    .split('\n')
    .map((line, i) => `${file}:${i + 1}: ${line.trim()}`)
    .filter((line) => pattern.test(line))

const inFiles = (pattern: RegExp, of: readonly string[]): ReadonlyArray<string> =>
  of.filter((file) => !binary.test(file)).flatMap((file) => lines(pattern, file, text(file)))

const top = [
  /^(src|laws|test|examples|findings|docs)$/,
  /^package(-lock)?\.json$/,
  /^tsconfig.*\.json$/,
  /^(README|CHANGELOG|CONTRIBUTING)\.md$/,
  /^LICENSE$/,
  /^\./,
  /\.config\.ts$/,
  /^(typedoc|knip)\.json$/
]

// Spelled in pieces, so that this file does not match itself.
const home = new RegExp(`(^|[^\\w./-])/(${['work', 'root', 'home', 'Users', 'tmp', 'farm'].join('|')})/\\w`)
const hosts = [
  ['registry', 'npmjs'],
  ['registry', 'yarnpkg'],
  ['pypi', 'org']
]
const registry = new RegExp(hosts.map((parts) => parts.join('\\.')).join('|'))
const marks = [
  ['TO', 'DO'],
  ['FIX', 'ME'],
  ['not imple', 'mented']
].map((parts) => parts.join(''))
const unfinished = new RegExp(`\\b(${marks.join('|')})\\b`)
const idle = new RegExp(`\\b(it|test|describe)\\.(${['skip', 'only', 'todo'].join('|')})\\b`)
const silenced = new RegExp(`@ts-(${['ignore', 'nocheck'].join('|')})`)

describe('the tree', () => {
  const code = files.filter((file) => /^(src|laws|test|examples)\/.*\.ts$/.test(file))

  it('has nothing at the top beyond the agreed layout', () => {
    const names = [...new Set(files.map((file) => file.split('/')[0] ?? file))]
    expect(names.filter((name) => !top.some((pattern) => pattern.test(name)))).toEqual([])
  })

  it('has in src the folders that the layer order names, and the entries that are no folder', () => {
    const names = readdirSync(join(root, 'src'), { withFileTypes: true }).filter(
      ({ name }) => name !== 'README.md'
    )
    const unknown = names.filter((entry) =>
      entry.isDirectory() ? !layers.flat().includes(entry.name) : !entries.includes(`./src/${entry.name}`)
    )
    expect(unknown.map(({ name }) => name)).toEqual([])
  })

  it('names no path of a machine', () => {
    expect(inFiles(home, files)).toEqual([])
  })

  it('names no registry host', () => {
    expect(inFiles(registry, files)).toEqual([])
  })

  it('has a lockfile without addresses', () => {
    expect(inFiles(/"resolved": "(?!node_modules|\.)/, ['package-lock.json'])).toEqual([])
  })

  it('leaves nothing unfinished, skipped or silenced', () => {
    expect([unfinished, idle, silenced].flatMap((pattern) => inFiles(pattern, code))).toEqual([])
  })
})

describe('the patterns see what they look for', () => {
  it.each([
    [home, ["readFile('/ho", "me/someone/x')"]],
    [home, ['cd /wo', 'rk/main']],
    [registry, ['https://registry.', 'npmjs.org/x']],
    [unfinished, ['// TO', 'DO: later']],
    [unfinished, ['return left(not imple', 'mented)']],
    [idle, ['it.', "skip('x')"]],
    [silenced, ['// @ts-', 'ignore']]
  ])('%s', (pattern, parts) => {
    const line = parts.join('')
    expect(lines(pattern, 'file.ts', line)).toEqual([`file.ts:1: ${line}`])
  })
})
