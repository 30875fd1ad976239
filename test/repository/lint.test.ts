import { ESLint } from 'eslint'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configure } from '../../eslint.config.js'

/** Each case is one file with one planted violation, and the rule (with a part of its message) that must see it. */
interface Case {
  readonly name: string
  readonly file: string
  readonly code: string
  readonly rule: string
  readonly message?: string
}

const syntax = 'no-restricted-syntax'
const imports = 'no-restricted-imports'
const paths = 'import-x/no-restricted-paths'

const cases: ReadonlyArray<Case> = [
  {
    name: 'a layer importing a higher one',
    file: 'src/tensor/up.ts',
    code: `import { plus } from '../graph/clean.js'\nexport const one = plus(0)\n`,
    rule: paths,
    message: 'src/tensor may import only from lower layers'
  },
  {
    name: 'a type imported from a higher layer',
    file: 'src/shape/up.ts',
    code: `import type { Box } from '../graph/clean.js'\nexport type Boxes = readonly Box[]\n`,
    rule: paths,
    message: 'src/shape may import only'
  },
  {
    name: 'a layer importing its neighbour of the same rank',
    file: 'src/optim/side.ts',
    code: `import { zero } from '../nn/base.js'\nexport const none = zero\n`,
    rule: paths,
    message: 'src/optim may import only'
  },
  {
    name: 'src importing laws',
    file: 'src/codec/laws.ts',
    code: `import { law } from '../../laws/base.js'\nexport const same = law\n`,
    rule: paths,
    message: 'src stands alone'
  },
  {
    name: 'a layer importing the public entry',
    file: 'src/train/entry.ts',
    code: `import { version } from '../index.js'\nexport const mine = version\n`,
    rule: paths,
    message: 'src/train may import only'
  },
  {
    name: 'an import cycle',
    file: 'src/nn/left.ts',
    code: `import { right } from './right.js'\nexport const left = (): number => right()\n`,
    rule: 'import-x/no-cycle'
  },
  {
    name: 'the other end of the cycle',
    file: 'src/nn/right.ts',
    code: `import { left } from './left.js'\nexport const right = (): number => left()\n`,
    rule: 'import-x/no-cycle'
  },
  {
    name: 'any',
    file: 'src/nn/any.ts',
    code: `export const f = (x: any): unknown => x\n`,
    rule: '@typescript-eslint/no-explicit-any'
  },
  {
    name: 'a double cast',
    file: 'src/nn/cast.ts',
    code: `export const f = (x: number): string => x as unknown as string\n`,
    rule: syntax,
    message: 'double casts'
  },
  {
    name: 'a double cast outside src',
    file: 'test/cast.ts',
    code: `export const f = (x: number): string => x as unknown as string\n`,
    rule: syntax,
    message: 'double casts'
  },
  {
    name: 'a cast to never',
    file: 'src/nn/never.ts',
    code: `export const f = (x: number): string => x as never\n`,
    rule: syntax,
    message: 'never'
  },
  {
    name: 'fp-ts/X',
    file: 'src/nn/fp.ts',
    code: `import { pipe } from 'fp-ts/function'\nexport const f = pipe\n`,
    rule: imports,
    message: 'fp-ts/lib/X.js'
  },
  {
    name: 'bare fp-ts, in a test',
    file: 'test/fp.ts',
    code: `import { option } from 'fp-ts'\nexport const f = option\n`,
    rule: imports,
    message: 'fp-ts/lib/X.js'
  },
  {
    name: 'fp-ts/lib/X without its ending',
    file: 'laws/fp.ts',
    code: `export { pipe } from 'fp-ts/lib/function'\n`,
    rule: imports,
    message: 'fp-ts/lib/X.js'
  },
  {
    name: 'bare io-ts, as a type, in an example',
    file: 'examples/io.ts',
    code: `import type * as t from 'io-ts'\nexport type S = t.StringC\n`,
    rule: imports,
    message: 'io-ts/lib/X.js'
  },
  {
    name: 'an example reaching into src',
    file: 'examples/reach.ts',
    code: `import { zero } from '../src/nn/base.js'\nexport const none = zero\n`,
    rule: imports,
    message: 'only what is published'
  },
  {
    name: 'the package importing itself by name',
    file: 'laws/self.ts',
    code: `import { version } from 'adjoint'\nexport const mine = version\n`,
    rule: imports,
    message: 'relative path'
  },
  {
    name: 'throw',
    file: 'src/nn/throws.ts',
    code: `export const f = (): number => {\n  throw new Error('no')\n}\n`,
    rule: syntax,
    message: 'Errors are values'
  },
  {
    name: 'throw in laws',
    file: 'laws/throws.ts',
    code: `export function check(): number {\n  throw new Error('no')\n}\n`,
    rule: syntax,
    message: 'Errors are values'
  },
  {
    name: 'a module-level let',
    file: 'src/nn/state.ts',
    code: `let n = 0\nexport const next = (): number => n++\n`,
    rule: syntax,
    message: 'mutable binding'
  },
  {
    name: 'a module-level empty map',
    file: 'src/nn/map.ts',
    code: `export const seen = new Map<string, number>()\n`,
    rule: syntax,
    message: 'mutable collection'
  },
  {
    name: 'a module-level weak map inside a record',
    file: 'src/nn/weak.ts',
    code: `export const caches = { ids: new WeakMap<object, number>() }\n`,
    rule: syntax,
    message: 'mutable state'
  },
  {
    name: 'a module-level scratch buffer',
    file: 'src/nn/scratch.ts',
    code: `export const scratch = new Float64Array(8)\n`,
    rule: syntax,
    message: 'scratch buffer'
  },
  {
    name: 'a writable property of a declared record',
    file: 'src/nn/writable.ts',
    code: `export interface Counter {\n  n: number\n}\n`,
    rule: syntax,
    message: 'readonly'
  },
  {
    name: 'a switch with a missing case',
    file: 'src/nn/cases.ts',
    code: `export const f = (x: 'a' | 'b'): void => {\n  switch (x) {\n    case 'a':\n      return\n  }\n}\n`,
    rule: '@typescript-eslint/switch-exhaustiveness-check'
  },
  {
    name: 'console in src',
    file: 'src/nn/noise.ts',
    code: `export const f = (): void => console.log('x')\n`,
    rule: 'no-console'
  },
  {
    name: 'a file beyond 300 lines',
    file: 'src/nn/long.ts',
    code: Array.from({ length: 301 }, (_, i) => `export const x${i} = ${i}\n`).join(''),
    rule: 'max-lines'
  },
  {
    name: 'an unused disable comment',
    file: 'src/nn/quiet.ts',
    code: `// eslint-disable-next-line no-console\nexport const quiet = 1\n`,
    rule: 'null',
    message: 'Unused eslint-disable'
  }
]

/** Files without a violation: the rules must leave each of these alone. */
const clean: Readonly<Record<string, string>> = {
  'src/tensor/base.ts': `export const origin = 0\n`,
  'src/nn/base.ts': `export const zero = 0\n`,
  'src/index.ts': `export const version = '0'\n`,
  'laws/base.ts': `import { origin } from '../src/tensor/base.js'\n\nexport const law = origin\n`,
  'examples/use.ts': `export const used = [1].length\n`,
  'src/graph/clean.ts': `import { origin } from '../tensor/base.js'

export interface Box {
  readonly value: number
}

const names: ReadonlyMap<string, number> = new Map([['one', 1]])

const powers = new Float64Array([1, 2, 4])

export const plus = (x: number): number => x + origin + powers.length

export const fresh = (): Map<string, number> => {
  let n = 0
  const copy = new Map<string, number>()
  for (const name of names.keys()) copy.set(name, n++)
  return copy
}

export const unsafeHead = (xs: readonly number[]): number => {
  const [head] = xs
  if (head === undefined) throw new RangeError('empty')
  return head
}

export function unsafeLast(xs: readonly number[]): number {
  const fail = (): never => {
    throw new RangeError('empty')
  }
  return xs.at(-1) ?? fail()
}
`
}

const top = fileURLToPath(new URL('../..', import.meta.url))
const root = realpathSync(mkdtempSync(join(tmpdir(), 'adjoint-lint-')))

const plant = (file: string, code: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), code)
}

const lint = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: configure(root) })
  const results = await eslint.lintFiles(['.'])
  return new Map(
    results.map(({ filePath, messages }) => [
      relative(root, filePath),
      messages.map(({ ruleId, message }) => `${String(ruleId)}: ${message}`)
    ])
  )
}

describe('the lint configuration', () => {
  let found: ReadonlyMap<string, readonly string[]> = new Map()

  beforeAll(async () => {
    plant('tsconfig.json', JSON.stringify({ extends: join(top, 'tsconfig.json'), include: ['**/*.ts'] }))
    for (const [file, code] of Object.entries(clean)) plant(file, code)
    for (const { file, code } of cases) plant(file, code)
    found = await lint()
  })

  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it.each(cases)('reports $name', ({ file, rule, message }) => {
    const reports = (found.get(file) ?? []).filter((report) => report.startsWith(`${rule}: `))
    expect(reports.join('\n')).toContain(message ?? rule)
  })

  it.each(Object.keys(clean))('accepts %s', (file) => {
    expect(found.get(file)).toEqual([])
  })
})
