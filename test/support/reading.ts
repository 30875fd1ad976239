/** Nodes with several results, where a value is asked for. */
import * as make from '../../src/graph/make.js'
import { isMany, type Node, type Value } from '../../src/graph/Expr.js'

/** The value by which a graph holds a node: itself, or the first of its results. */
export const reading = (n: Node): Value => (isMany(n) ? make.project(0, n) : n)
