import type { PublicExport } from './exports.js'

/** What each category of an entry is for, in the order of the page. */
const purposes: ReadonlyArray<readonly [heading: string, entry: string, categories: ReadonlyArray<string>]> =
  [
    ['Make tensors', 'adjoint', ['constructors']],
    ['Read tensors and results', 'adjoint', ['destructors']],
    ['Compile and run', 'adjoint', ['running', 'engines']],
    ['Derivatives', 'adjoint', ['derivatives']],
    ['Batches', 'adjoint', ['batching']],
    ['Arithmetic of two operands', 'adjoint', ['arithmetic']],
    ['Functions of each element', 'adjoint', ['functions']],
    ['Comparisons', 'adjoint', ['comparisons']],
    ['Logic', 'adjoint', ['logic']],
    ['Choose by a mask', 'adjoint', ['choice']],
    ['Reductions: sums, means, extremes', 'adjoint', ['reductions']],
    ['Matrix products and contractions', 'adjoint', ['products']],
    ['Shapes: reshape, slice, join', 'adjoint', ['movement']],
    ['Look up by index', 'adjoint', ['lookup']],
    ['Convolutions and pooling', 'adjoint', ['windows']],
    ['Random numbers', 'adjoint', ['random']],
    ['Loops and branches', 'adjoint', ['control']],
    ['Primitives and derivatives of your own', 'adjoint', ['primitives']],
    ['Look inside: print, explain, check', 'adjoint', ['printing', 'checking']],
    ['Errors as text', 'adjoint', ['errors']],
    ['Instances', 'adjoint', ['instances']],
    ['Layers', 'adjoint/nn', ['layers', 'combinators', 'constructors']],
    ['Use a network', 'adjoint/nn', ['destructors']],
    ['Activations', 'adjoint/nn', ['activations']],
    ['Losses', 'adjoint/nn', ['losses']],
    ['Initial weights', 'adjoint/nn', ['initializers']],
    ['Optimizers', 'adjoint/optim', ['optimizers']],
    [
      'Optimizers from parts',
      'adjoint/optim',
      ['transformations', 'constructors', 'combinators', 'instances']
    ],
    ['Training steps', 'adjoint/train', ['training']],
    ['Find the first number that is not finite', 'adjoint/train', ['running', 'printing']],
    ['Batches of data', 'adjoint/data', ['sampling']],
    ['Random orders', 'adjoint/data', ['random']],
    ['Trees of parameters', 'adjoint/tree', ['combinators', 'destructors']],
    ['Checkpoints', 'adjoint/codec', ['checkpoints']],
    ['Data from outside', 'adjoint/codec', ['codecs', 'errors']],
    ['Graphs for other tools', 'adjoint/export', ['printing']],
    ['Laws', 'adjoint/laws', ['laws']],
    ['Check laws', 'adjoint/laws', ['runners', 'destructors']],
    ['What laws draw', 'adjoint/laws', ['arbitraries']],
    ['Laws of your own', 'adjoint/laws', ['constructors', 'verdicts', 'differences', 'instances']]
  ]

const categoryOf = ({ tags }: PublicExport): string =>
  tags.find(({ name }) => name === 'category')?.text ?? 'none'

const nameOf = ({ name }: PublicExport): string => name.slice(name.indexOf(': ') + 2)

/** The first sentence: up to a full stop that ends a word. */
const sentenceOf = ({ summary }: PublicExport): string => {
  const line = summary.replace(/\s+/g, ' ')
  return /^.*?\.(?= |$)/.exec(line)?.[0] ?? line
}

type Published = ReadonlyMap<string, ReadonlyArray<PublicExport>>

const valuesOf = (published: Published, entry: string): ReadonlyArray<PublicExport> =>
  (published.get(entry) ?? []).filter(({ value }) => value)

/** What has no place on the page, or two. */
export const misplaced = (published: Published): ReadonlyArray<string> =>
  [...published.keys()].flatMap((entry) =>
    valuesOf(published, entry).flatMap((e) => {
      const places = purposes.filter(
        ([, of, categories]) => of === entry && categories.includes(categoryOf(e))
      )
      return places.length === 1 ? [] : [`${e.name}: category ${categoryOf(e)} has ${places.length} places`]
    })
  )

const section =
  (published: Published) =>
  ([heading, entry, categories]: (typeof purposes)[number]): string => {
    const found = valuesOf(published, entry).filter((e) => categories.includes(categoryOf(e)))
    const lines = found.map((e) => `- \`${nameOf(e)}\`: ${sentenceOf(e)}`)
    return [`## ${heading}`, `From \`${entry}\`:`, lines.join('\n')].join('\n\n')
  }

/** The page of all functions by what they are for. */
export const functionList = (published: Published): string =>
  [
    '# What there is, by purpose',
    'Each line is the first sentence of what the editor shows, where there are formulas, shapes, errors and an example. `npm run functions` writes this page.',
    ...purposes.map(section(published))
  ].join('\n\n') + '\n'
