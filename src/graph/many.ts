/** Nodes with several results, and how these are read; users' own primitives are such. */
import type { Aval, Custom, CustomRule, Invalid, Many, Project, Value } from './Expr.js'
import { invalid } from './error.js'
import { always, exactly, never, none, type Forms, type ManyForms } from './form.js'
import { several } from './guard.js'

export const custom = (rule: CustomRule, xs: ReadonlyArray<Value>): Custom | Invalid => {
  const results = rule.results(xs.map(({ shape, dtype }) => ({ shape, dtype })))
  const avals = results._tag === 'Left' ? [] : results.right
  return several(
    rule.name,
    xs,
    () =>
      results._tag === 'Left'
        ? results.left
        : avals.length === 0
          ? 'a primitive has at least one result'
          : undefined,
    () => ({ _tag: 'Custom', rule, xs, results: avals })
  )
}

export const project = (index: number, x: Many): Value => {
  const aval = x.results[index]
  const asked = `has ${String(x.results.length)} results, asked for number ${String(index)}`
  return aval === undefined
    ? invalid('project', [], `${x._tag === 'Custom' ? x.rule.name : x._tag} ${asked}`)
    : {
        _tag: 'Project',
        x,
        index,
        shape: aval.shape,
        dtype: aval.dtype,
        ...(x.place === undefined ? {} : { place: x.place })
      }
}

/** All results; those of a node in error take the shapes that they would have. */
export const resultsOf = (x: Many | Invalid, avals: ReadonlyArray<Aval>): ReadonlyArray<Value> =>
  x._tag === 'Invalid'
    ? avals.map(({ shape, dtype }) => ({ ...x, shape, dtype }))
    : x.results.map((_, k) => project(k, x))

export const customs: ManyForms<Custom> = {
  Custom: {
    name: (n) => n.rule.name,
    operands: (n) => n.xs,
    attributes: none,
    regions: none,
    make: (n, xs) => custom(n.rule, xs),
    fails: always
  }
}

export const projections: Forms<Project> = {
  Project: {
    operands: none,
    attributes: (n) => [['index', n.index]],
    make: (n) => project(n.index, n.x),
    fails: never,
    rounds: exactly
  }
}
