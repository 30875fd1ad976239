import Table from 'cli-table3'
import pc from 'picocolors'

/** The colours of the terminal, or none at all. */
export type Palette = ReturnType<typeof pc.createColors>

/** Colours when `enabled`, plain text otherwise. */
export const palette = (enabled: boolean): Palette => pc.createColors(enabled)

/** The widest line that is printed. */
export const width = 100

/** A number with `digits` decimals, a proper minus and no negative zero. */
export const fixed =
  (digits: number) =>
  (x: number): string => {
    const text = x.toFixed(digits)
    return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−')
  }

/** As {@link fixed}, but with an exponent where the decimals would show nothing or too much. */
export const figure =
  (digits: number) =>
  (x: number): string => {
    const far = Number.isFinite(x) && x !== 0 && (Math.abs(x) >= 1e6 || Math.abs(x) < 0.5 * 10 ** -digits)
    return far ? x.toExponential(1).replaceAll('-', '−') : fixed(digits)(x)
  }

/** `[0.88, 0.12, 0.00]`. */
export const row = (xs: ReadonlyArray<number>, digits: number): string =>
  `[${xs.map(fixed(digits)).join(', ')}]`

/** Shortens a text to `limit` characters. */
export const clip = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1))}…`

/** A boxed table; the first column and those named in `left` are aligned left, figures right. */
export const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  left: ReadonlyArray<number> = [0]
): string => {
  const box = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (left.includes(i) ? 'left' : 'right')),
    style: { head: [], border: [], compact: true }
  })
  box.push(...rows.map((cells) => [...cells]))
  return box.toString()
}
