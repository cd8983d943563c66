/** The middle of some numbers; between the two middle ones of an even count. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Half of the values lie within this share of the median to either side. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}

/** How far the median may be off, as a share of it: its standard error, if the values are about normally distributed. */
export function standardError(values: readonly number[]): number {
  // For a normal distribution, half of the spread between the quartiles is 0.674 standard deviations, and the median's
  // standard error is 1.253 times that of the mean.
  return ((spread(values) / 0.674) * 1.253) / Math.sqrt(values.length);
}

/** The value that this share of the numbers does not exceed, as of 0.95. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const index = (sorted.length - 1) * share;
  const [low = NaN, high = NaN] = [sorted[Math.floor(index)], sorted[Math.ceil(index)]];
  return low + (high - low) * (index - Math.floor(index));
}
