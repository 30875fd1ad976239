/** Training takes no more memory the longer it goes on; `npm run bench:memory` takes five times as many steps. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Grown {
  readonly steps: number
  readonly heap: number
  readonly external: number
  readonly engine: number
  readonly inUse: { readonly engine: number }
}

/** By a process of its own, in which nothing else allocates. */
const grown = async (fruit: number, digits: number): Promise<Readonly<Record<'fruit' | 'digits', Grown>>> => {
  const script = ['--import', 'tsx', 'test/bench/memory.ts', String(fruit), String(digits)]
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', ...script], { cwd: root })
  return JSON.parse(stdout) as Readonly<Record<'fruit' | 'digits', Grown>>
}

/** About 50 bytes for each step; one state of the smaller network alone has more than 1,600. */
const most = 2 ** 20

it('20,000 steps of a small network and 1,000 of a larger one leave nothing behind', async () => {
  const found = await grown(20_000, 1_000)
  expect(found).toMatchObject({ fruit: { steps: 20_000 }, digits: { steps: 1_000 } })
  for (const { heap, external, engine, inUse } of [found.fruit, found.digits]) {
    expect(heap).toBeLessThan(most)
    expect(external).toBeLessThan(most)
    expect(inUse.engine).toBeGreaterThan(0)
    expect(engine).toBe(0)
  }
})
