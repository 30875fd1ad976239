declare module 'asciichart' {
  /** Draws series as lines of text. */
  export function plot(
    series: ReadonlyArray<number>,
    options?: { readonly height?: number; readonly format?: (value: number) => string }
  ): string
}
