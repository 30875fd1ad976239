/**
 * The entry `adjoint/export`: graphs for other tools.
 *
 * @since 0.1.0
 */
export { toDot } from './graph/dot.js'
