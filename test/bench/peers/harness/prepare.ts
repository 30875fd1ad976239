/**
 * What the children need: the built package, the other libraries, and their own code as plain JavaScript, so that no loader of ours stands
 * between them and what they import. All of it is put in `node_modules` beside this folder.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import ts from 'typescript'

const here = fileURLToPath(new URL('..', import.meta.url))
const root = fileURLToPath(new URL('../../../..', import.meta.url))
const modules = join(here, 'node_modules')
const compiled = join(modules, '.bench')

/** The script that measures, once prepared. */
export const child = join(compiled, 'harness', 'child.js')

const filesOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile()
  )

/** Whether npm did it; it reports to the standard error, because the standard output carries results. */
const npm = (folder: string, ...args: ReadonlyArray<string>): boolean =>
  spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
    .status === 0

const isStale = (): boolean => {
  const built = join(root, 'dist', 'index.js')
  if (!existsSync(built)) return true
  const since = statSync(built).mtimeMs
  const source = join(root, 'src')
  return filesOf(source).some((file) => statSync(join(source, file)).mtimeMs > since)
}

const build = (): E.Either<string, undefined> =>
  !isStale() || npm(root, 'run', 'build') ? E.right(undefined) : E.left('the package does not build')

interface Manifest {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifest = (folder: string): Manifest => {
  const file = join(folder, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {}
}

const missing = (): ReadonlyArray<string> =>
  Object.entries(manifest(here).dependencies ?? {})
    .filter(([name, version]) => manifest(join(modules, name)).version !== version)
    .map(([name, version]) => `${name}@${version}`)

const install = (): E.Either<string, undefined> => {
  if (missing().length === 0) return E.right(undefined)
  // Where there is no registry, npm would try for minutes.
  const once = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=2000']
  const done = npm(here, 'install', '--no-audit', '--no-fund', '--no-package-lock', ...once)
  const lacking = missing()
  return done && lacking.length === 0
    ? E.right(undefined)
    : E.left(
        `${lacking.join(', ')} could not be installed in test/bench/peers: is the package registry reachable?\n` +
          'Without them: npm run bench -- --peers plain'
      )
}

/** The built package as the children's dependency. */
const link = (): void => {
  const at = join(modules, 'adjoint')
  rmSync(at, { recursive: true, force: true })
  mkdirSync(modules, { recursive: true })
  symlinkSync(root, at, 'junction')
}

const erase = (source: string): string =>
  ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true
    }
  }).outputText

const compile = (): void => {
  rmSync(compiled, { recursive: true, force: true })
  const sources = ['.', 'data', 'own', 'harness'].flatMap((folder) =>
    readdirSync(join(here, folder))
      .filter((file) => /(?<!\.d)\.ts$|^expected\.json$/.test(file))
      .map((file) => join(folder, file))
  )
  for (const file of sources) {
    const text = readFileSync(join(here, file), 'utf8')
    const target = join(compiled, file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, file.endsWith('.ts') ? erase(text) : text)
  }
}

/** Everything in its place, or why not. */
export const prepare = (withLibraries: boolean): E.Either<string, undefined> => {
  const ready = E.chain(() => (withLibraries ? install() : E.right(undefined)))(build())
  if (E.isRight(ready)) {
    link()
    compile()
  }
  return ready
}
