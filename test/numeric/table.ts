/** Tables in Markdown, and numbers in them. */

/** Six digits. */
export const shownNumber = (x: number): string =>
  Object.is(x, -0)
    ? '-0'
    : Number.isFinite(x)
      ? String(Number(x.toPrecision(6)))
      : String(x).replace('inity', '')

/** Lines of cells, the first of them names of columns. */
export const table = (lines: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = lines[0]?.map((_, i) => Math.max(3, ...lines.map((l) => l[i]?.length ?? 0))) ?? []
  const line = (cells: ReadonlyArray<string>): string =>
    `| ${cells.map((c, i) => c.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const [head = [], ...rest] = lines
  return [line(head), line(widths.map((n) => '-'.repeat(n))), ...rest.map(line)].join('\n')
}
