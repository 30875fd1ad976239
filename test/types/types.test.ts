import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diagnosticsOf, essence, fixturePath, programOf } from './compiler.js'
import { rejects } from './rejects.js'

const prelude = `import { pipe } from 'fp-ts/lib/function.js'
import * as A from 'adjoint'
import * as nn from 'adjoint/nn'
import * as optim from 'adjoint/optim'
import * as train from 'adjoint/train'
import { b, batch, cube, doubles, images, ints, kernel, mask, matrixOfInts, pictures, ranked, scalar, w, x } from './prelude.js'
export type Used = [typeof b, typeof batch, typeof cube, typeof doubles, typeof images, typeof ints, typeof mask]
export type AlsoUsed = [typeof matrixOfInts, typeof kernel, typeof pictures, typeof ranked, typeof scalar, typeof w, typeof x, typeof pipe, typeof A, typeof nn, typeof optim, typeof train]
`

const names = Object.keys(rejects)
const pathOf = (name: string): string => fixturePath(`reject-${names.indexOf(name)}`)
const accepted = ['accepts', 'acceptsControl', 'acceptsShapes']

const program = programOf(
  new Map([
    ...accepted.map(
      (name) => [fixturePath(name), readFileSync(fixturePath(name).replace('.fixture', ''), 'utf8')] as const
    ),
    [fixturePath('prelude'), prelude],
    ...Object.entries(rejects).map(([name, code]) => [pathOf(name), `${prelude}${code}\n`] as const)
  ])
)

// Not assignable (argument, value, one overload, a list that cannot be changed), constraint, unknown member of a record, wrong number of arguments.
// Anything else, such as an unknown name, would be a broken fixture.
const mistakes = [2322, 2344, 2345, 2353, 2554, 2555, 2769, 4104]

describe('must compile', () => {
  it.each(accepted)('%s every correct use with its exact type', (name) => {
    expect(diagnosticsOf(program, fixturePath(name))).toEqual([])
  })
  it('accepts the prelude of the other fixtures', () => {
    expect(diagnosticsOf(program, fixturePath('prelude'))).toEqual([])
  })
})

describe('must not compile', () => {
  it('has at least a hundred cases', () => {
    expect(names.length).toBeGreaterThanOrEqual(100)
  })
  it.each(names)('%s', (name) => {
    const found = diagnosticsOf(program, pathOf(name))
    expect(found.length).toBeGreaterThan(0)
    expect(found.filter(([code]) => !mistakes.includes(code))).toEqual([])
    expect(essence(found[0]?.[1] ?? '')).toMatchSnapshot()
  })
})
