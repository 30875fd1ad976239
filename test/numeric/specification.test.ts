import { describe, expect, it } from 'vitest'
import { page } from './page.js'
import { columns, holds, outcomeOf, peers, rightOf, rows, showOutcomes } from './specification.js'

describe('each row of the specification is as documented, on both engines and in both dtypes', () => {
  it.each(rows)('$id: $what', (row) => {
    const outcome = outcomeOf(row)
    expect(outcome.hold, showOutcomes([outcome])).toEqual(columns.map(() => true))
  })
})

it('all rows have names of their own, the first sixty among them', () => {
  const ids = rows.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(Array.from({ length: 60 }, (_, i) => String(i + 1)).filter((n) => !ids.includes(n))).toEqual([])
})

it('cells of others belong to rows', () => {
  const ids = new Set(rows.map(({ id }) => id))
  expect(peers.flatMap(({ cells }) => Object.keys(cells)).filter((id) => !ids.has(id))).toEqual([])
})

it('an answer that is near is not as documented', () => {
  const wrong = (right: ReturnType<typeof rightOf>) =>
    right === 'refused' ? [0] : right.map((x) => (Number.isFinite(x) ? x * 1.001 + 1e-3 : 0))
  const believed = rows.flatMap((row) =>
    columns.filter(({ dtype }) => holds(row, dtype, wrong(rightOf(row, dtype)))).map(() => row.id)
  )
  expect(believed).toEqual([])
})

it('the page has these tables', async () => {
  await expect(page()).toMatchFileSnapshot('README.md')
})
