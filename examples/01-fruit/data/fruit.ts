/** The vocabulary of the example: a fruit is four measured features and a label. */

export const colours = ['red', 'yellow', 'orange', 'green'] as const
export const textures = ['smooth', 'rough'] as const
export const sizes = ['small', 'medium', 'large'] as const
export const labels = ['apple', 'banana', 'orange'] as const

export type Colour = (typeof colours)[number]
export type Texture = (typeof textures)[number]
export type Size = (typeof sizes)[number]
export type Label = (typeof labels)[number]

/** What can be measured on a fruit; the weight is in grams. */
export interface Features {
  readonly weight: number
  readonly colour: Colour
  readonly texture: Texture
  readonly size: Size
}

/** A measured fruit and what it is. */
export interface Fruit extends Features {
  readonly label: Label
}

/** The columns of the file, in order. */
export const columns = ['weight', 'colour', 'texture', 'size', 'label'] as const
