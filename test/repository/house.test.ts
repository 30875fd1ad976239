import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { limits } from './house/limits.js'
import { figures, measure, type Figures, type House, type Touched } from './house/measure.js'
import type { Mention } from './house/mentions.js'
import { root } from './house/project.js'
import { shownSilent } from './house/silent.js'

const names: ReadonlyArray<keyof Figures> = [
  'scalarFiles',
  'familyFiles',
  'rootNames',
  'median',
  'p90',
  'longest',
  'cycles'
]

const others = ({ mentions }: Touched): ReadonlyArray<Mention> =>
  mentions.filter(({ use }) => use === 'otherwise')

/** The lists themselves where there are too many, so that a failure shows where to look. */
const beyond = ({ silent }: Touched, limit: number): ReadonlyArray<string> =>
  silent.length > limit ? silent.map(shownSilent) : []

/** The files that the contributor's page lists under a heading. */
const listed = (heading: string): ReadonlyArray<string> => {
  const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const section = page.split(/^### /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^- `([^`]+)`/gm)].map(([, file = '']) => file)
}

const sorted = (xs: ReadonlyArray<string>): ReadonlyArray<string> => [...xs].sort()

/** Src and laws are type-checked, which takes as long as the machine has other work. */
const patience = 300_000

describe('the house', () => {
  let house: House

  beforeAll(async () => {
    house = await measure()
  }, patience)

  it.each(names)('%s keeps its limit', (name) => {
    expect(figures(house)[name]).toBeLessThanOrEqual(limits[name])
  })

  it('type-checks with a scalar function and a family more, once the compiler has been followed', () => {
    expect(house.left).toEqual([])
  })

  it('has the compiler name every row and case for a family', () => {
    expect(others(house.family)).toEqual([])
  })

  it.each([
    ['A scalar function', 'scalar'],
    ['A family', 'family']
  ] as const)('lists the files for it under "%s" in CONTRIBUTING.md', (heading, kind) => {
    expect(sorted(listed(heading))).toEqual(sorted(house[kind].files))
  })

  it('has no more silent lists of scalar functions', () => {
    expect(beyond(house.scalar, limits.silentScalars)).toEqual([])
  })

  it('has no more silent lists of families', () => {
    expect(beyond(house.family, limits.silentFamilies)).toEqual([])
  })
})
