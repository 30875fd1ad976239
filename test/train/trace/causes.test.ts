import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import * as A from '../../../src/index.js'
import { showCause } from '../../../src/train/index.js'
import { unsafeRight } from '../../support/outcome.js'
import { around } from './around.js'
import { planted as causes, type Planted } from './causes.js'

const linesOf = (file: string): ReadonlyArray<string> =>
  readFileSync(fileURLToPath(new URL(`./${file}`, import.meta.url)), 'utf8').split('\n')

/** The line with the mark of a cause, as the end of a place has it. */
const lineOf = (name: string): string => {
  const file = ['causes.ts', 'around.ts'].find((f) => linesOf(f).some((l) => l.includes(`/* ${name} */`)))!
  return `${file}:${String(linesOf(file).findIndex((l) => l.includes(`/* ${name} */`)) + 1)}`
}

const planted = [...causes, ...around]
const engines = [A.wasm, A.reference]
const cases = planted.flatMap((p) => engines.map((engine) => [p.name, engine.name, p, engine] as const))

const causeOf = ({ trace }: Planted, engine: A.Engine) => {
  const found = unsafeRight(trace({ engine }))
  return O.isSome(found) ? found.value : undefined
}

describe('planted causes', () => {
  it('are many', () => expect(planted.length).toBeGreaterThanOrEqual(30))
  it.each(cases)('%s, on %s', (name, _, p, engine) => {
    const cause = causeOf(p, engine)
    expect(cause?.operation, cause && showCause(cause)).toBe(p.operation)
    expect(cause, cause && showCause(cause)).toMatchObject(p.expected ?? {})
    expect(cause?.at).toMatch(new RegExp(`/${lineOf(name)}:\\d+$`))
    expect(Object.isFrozen(cause)).toBe(true)
  })
  it.each(cases)('%s, on %s: the operation again has the same result', (_, __, p, engine) => {
    const cause = causeOf(p, engine)!
    const again = A.compile(() => cause.expression, engine)()
    const y = A.toFlat(unsafeRight(E.chainW((run: () => E.Either<A.RunError, A.Tensor>) => run())(again)))
    const flat = cause.index.reduce((at, k, i) => at * cause.result.aval.shape[i]! + k, 0)
    expect(Object.is(y[flat], cause.result.value)).toBe(true)
    expect(y.filter((x) => !Number.isFinite(x)).length).toBe(cause.result.notFinite)
  })
})
