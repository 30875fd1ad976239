/** Derivatives of families with an inside. */
import type { Control } from '../../graph/Expr.js'
import type { Block, Modes } from './block.js'
import { callBlock, caseBlock } from './call.js'
import { scanBlock } from './scan.js'
import { whileBlock } from './while.js'

export type { Block, Modes, Slot, Slots } from './block.js'

export const block = (n: Control, modes: Modes): Block => {
  switch (n._tag) {
    case 'Call':
      return callBlock(n, modes)
    case 'Case':
      return caseBlock(n, modes)
    case 'Scan':
      return scanBlock(n, modes)
    case 'While':
      return whileBlock(n, modes)
  }
}
