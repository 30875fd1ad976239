import js from '@eslint/js'
import type { Linter } from 'eslint'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import { fileURLToPath } from 'node:url'
import tseslint from 'typescript-eslint'

/** The folders of `src`, lowest first. A file imports from its own folder and from lower rows only. */
export const layers: ReadonlyArray<ReadonlyArray<string>> = [
  ['shape'],
  ['tensor'],
  ['graph'],
  ['linear'],
  ['rules'],
  ['transform', 'reference', 'wasm'],
  ['ops', 'program', 'tree'],
  ['nn', 'optim'],
  ['train', 'data'],
  ['codec']
]

/** Files that are one table or one exhaustive fold and may therefore be longer than the limit. */
const longFiles: ReadonlyArray<string> = ['src/**/scalar/*.ts', 'src/shape/*.ts']

interface Zone {
  readonly target: string
  readonly from: string[]
  readonly message: string
}

/** The public entries stand above every layer. */
export const entries = ['index', 'shape', 'export'].map((name) => `./src/${name}.ts`)

const layerZone = (folder: string, rank: number): Zone => ({
  target: `./src/${folder}`,
  from: [
    ...entries,
    ...layers
      .slice(rank)
      .flat()
      .filter((other) => other !== folder)
      .map((other) => `./src/${other}`)
  ],
  message: `src/${folder} may import only from lower layers.`
})

const zones: ReadonlyArray<Zone> = [
  ...layers.flatMap((row, rank) => row.map((folder) => layerZone(folder, rank))),
  { target: './src', from: ['./laws', './test', './examples'], message: 'src stands alone.' },
  { target: './laws', from: ['./test', './examples'], message: 'laws may import only from src.' }
]

interface Pattern {
  readonly regex: string
  readonly message: string
}

const fpTs: ReadonlyArray<Pattern> = [
  {
    regex: '^fp-ts(?!/(lib/[A-Za-z]+|HKT)\\.js$)',
    message: 'Write fp-ts/lib/X.js (or fp-ts/HKT.js): other paths fail in plain Node ESM.'
  },
  {
    regex: '^io-ts(?!/lib/[A-Za-z]+\\.js$)',
    message: 'Write io-ts/lib/X.js: other paths fail in plain Node ESM.'
  }
]

const self: Pattern = { regex: '^adjoint(/|$)', message: 'Inside the package, import by relative path.' }

const inner: Pattern = {
  regex: '^\\.\\.?/(.*/)?(src|laws|test)/',
  message: "Examples use only what is published: import from 'adjoint' or its entries, as 'adjoint/laws'."
}

interface Syntax {
  readonly selector: string
  readonly message: string
}

const casts: ReadonlyArray<Syntax> = [
  { selector: 'TSAsExpression > TSAsExpression.expression', message: 'No double casts.' },
  { selector: 'TSAsExpression > TSNeverKeyword.typeAnnotation', message: 'No casts to never.' }
]

/** An expression evaluated when the module loads: not inside any function or class. */
const atLoad = (selector: string): string => {
  const scopes = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'ClassBody']
  return `${selector}${scopes.map((scope) => `:not(${scope} *)`).join('')}`
}

const unsafeBody = ['FunctionDeclaration[id.name=/^unsafe/]', 'VariableDeclarator[id.name=/^unsafe/]']

/** What keeps the published code pure: thrown errors and state that outlives a call are not expressible. */
const pure: ReadonlyArray<Syntax> = [
  ...casts,
  {
    selector: `ThrowStatement${unsafeBody.map((body) => `:not(${body} *)`).join('')}`,
    message: 'Errors are values; only functions named unsafe... may throw.'
  },
  { selector: atLoad('VariableDeclaration[kind!="const"]'), message: 'No module-level mutable binding.' },
  {
    selector: atLoad('NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]'),
    message: 'No module-level mutable collection.'
  },
  {
    selector: atLoad(
      'NewExpression[callee.name=/^(WeakMap|WeakSet|ArrayBuffer|SharedArrayBuffer|DataView)$/]'
    ),
    message: 'No module-level mutable state.'
  },
  {
    selector: atLoad(
      'NewExpression[callee.name=/^(Float|Int|Uint|BigInt|BigUint)\\w*Array$/][arguments.0.type="Literal"]'
    ),
    message: 'No module-level scratch buffer.'
  },
  {
    selector:
      ':matches(TSInterfaceBody, TSTypeAliasDeclaration > TSTypeLiteral) > TSPropertySignature[readonly=false]',
    message: 'Declared records are readonly.'
  }
]

const restrictedImports = (...patterns: ReadonlyArray<Pattern>): Linter.RuleEntry => ['error', { patterns }]
const restrictedSyntax = (syntax: ReadonlyArray<Syntax>): Linter.RuleEntry => ['error', ...syntax]

const everywhere = (root: string): Linter.RulesRecord => ({
  eqeqeq: 'error',
  'no-restricted-imports': restrictedImports(...fpTs),
  'no-restricted-syntax': restrictedSyntax(casts),
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'import-x/no-cycle': 'error',
  'import-x/no-restricted-paths': ['error', { basePath: root, zones }],
  'import-x/no-self-import': 'error',
  'import-x/no-mutable-exports': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/method-signature-style': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  // Indexing a typed array yields `number | undefined` here; `!` is how a loop states its own bound.
  '@typescript-eslint/no-non-null-assertion': 'off',
  // Shape parameters that occur once still carry a literal type to the caller.
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  // The choices below have no bearing on safety, and both forms read well.
  '@typescript-eslint/no-unnecessary-type-arguments': 'off',
  '@typescript-eslint/array-type': 'off',
  '@typescript-eslint/consistent-type-definitions': 'off',
  // The compiler writes an interface by its name, and may spell out a function type.
  '@typescript-eslint/prefer-function-type': 'off',
  '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }]
})

/** The rules of the repository, for the tree whose top is `root`. */
export const configure = (root: string): Linter.Config[] => [
  { ignores: ['test/golden/**/*.mjs', 'dist/**', 'coverage/**', 'node_modules/**', '.ci/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...(tseslint.configs.strictTypeChecked as Linter.Config[]),
  ...(tseslint.configs.stylisticTypeChecked as Linter.Config[]),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.js', '.json'], extensionAlias: { '.js': ['.ts', '.js'] } })
      ]
    },
    rules: everywhere(root)
  },
  {
    files: ['src/**/*.ts', 'laws/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-imports': restrictedImports(...fpTs, self),
      'no-restricted-syntax': restrictedSyntax(pure)
    }
  },
  { files: ['examples/**/*.ts'], rules: { 'no-restricted-imports': restrictedImports(...fpTs, inner) } },
  { files: [...longFiles], rules: { 'max-lines': 'off' } }
]

export default configure(fileURLToPath(new URL('.', import.meta.url)))
