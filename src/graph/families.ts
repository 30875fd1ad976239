/** All families: their forms, and what follows from these for every node. */
import { controls } from './control.js'
import {
  isMany,
  type Lookup,
  type Many,
  type Move,
  type Node,
  type Pointwise,
  type Region,
  type Source,
  type Value
} from './Expr.js'
import type { Attributes, Form, Forms, ManyForm, ManyForms, Rounding, Row } from './form.js'
import { moves, placements } from './layout.js'
import { lookups, randoms } from './lookup.js'
import { customs, projections, resultsOf } from './many.js'
import { inPlaceOf } from './place.js'
import { pointwise } from './pointwise.js'
import { reductions } from './reduction.js'
import { sources } from './source.js'
import { windows } from './window.js'

const forms: Forms<Value> = {
  ...sources,
  ...pointwise,
  ...moves,
  ...reductions,
  ...placements,
  ...windows,
  ...lookups,
  ...randoms,
  ...projections
}

const manyForms: ManyForms<Many> = { ...customs, ...controls }

const rows = { ...forms, ...manyForms }

/** The row of a node's own family takes that node. */
const rowOf = (n: Node): Row<Node> => rows[n._tag] as Row<Node>
const formOf = (n: Value): Form<Value> => forms[n._tag] as Form<Value>
const manyFormOf = (n: Many): ManyForm<Many> => manyForms[n._tag] as ManyForm<Many>

export const isSource = (n: Node): n is Source => Object.hasOwn(sources, n._tag)
export const isPointwise = (n: Node): n is Pointwise => Object.hasOwn(pointwise, n._tag)
export const isMove = (n: Node): n is Move => Object.hasOwn(moves, n._tag)
export const isLookup = (n: Node): n is Lookup => Object.hasOwn(lookups, n._tag)

/** The values that a node is made from, in the order of its fields; none of a projection, which is part of a node. */
export const operands = (n: Node): ReadonlyArray<Value> => rowOf(n).operands(n)

/** The regions inside a node, in the order of its fields. */
export const regionsOf = (n: Node): ReadonlyArray<Region> => (isMany(n) ? manyFormOf(n).regions(n) : [])

export const attributesOf = (n: Node): Attributes => rowOf(n).attributes(n)

const lower = (tag: string): string => tag.charAt(0).toLowerCase() + tag.slice(1)

/** The name of an operation; a primitive of a user has its own. */
export const operation = (n: Node): string => rowOf(n).name?.(n) ?? lower(n._tag)

/** Whether an operation can meet values that it has no answer for; of those with an inside nothing is known. */
export const fails = (n: Node): boolean => rowOf(n).fails(n)

export const roundingIn = (n: Value): Rounding => formOf(n).rounds(n)

/** The same operation on other operands, through its smart constructor, so that shapes are checked and derived anew. */
export const rebuild = (n: Value, xs: ReadonlyArray<Value>): Value =>
  inPlaceOf(n, () => formOf(n).make(n, xs))

/** The same operation with several results on other operands, and with other insides: its results. */
export const rebuildMany = (
  n: Many,
  xs: ReadonlyArray<Value>,
  regions: ReadonlyArray<Region> = regionsOf(n)
): ReadonlyArray<Value> =>
  resultsOf(
    inPlaceOf(n, () => manyFormOf(n).make(n, xs, regions)),
    n.results
  )
