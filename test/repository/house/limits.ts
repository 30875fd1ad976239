/**
 * A ratchet: the most that each figure of the house may be. Where the aim is lower, it stands beside; limits only go
 * down.
 */
import type { Figures } from './measure.js'

export interface Limits extends Figures {
  /** Lists that a new scalar function, or a new family, passes unnoticed. */
  readonly silentScalars: number
  readonly silentFamilies: number
}

export const limits: Limits = {
  scalarFiles: 9,
  familyFiles: 12,
  rootNames: 200,
  median: 5,
  p90: 16,
  longest: 60,
  cycles: 0,
  silentScalars: 0,
  silentFamilies: 0
}
