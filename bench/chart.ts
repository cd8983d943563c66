/** A bar of a chart. */
export interface Bar {
  label: string;
  value: number;
  /** Whether it is the one that the chart is about. */
  isOurs?: boolean;
}

const [width, barHeight, rowHeight, padding] = [720, 20, 34, 20];
/** Where bars begin, and what is left for the number behind the longest one. */
const [labelWidth, numberWidth] = [270, 80];

/** Colours of texts on a light and on a dark page, and of bars on both. Each can be told from either ground. */
const colours = { onLight: "#6b7280", onDark: "#7d8590", ours: "#d9480f", others: "#868e96" };

/**
 * A bar chart as an SVG picture, which needs no script and has no ground of its own, so that it fits a page of either
 * theme. A picture in a page follows the page's theme in some browsers and that of the system in others; where these
 * differ, its texts have less contrast, and are still legible.
 * @param title is read out by screen readers, too
 */
export function barChart(title: string, bars: readonly Bar[]): string {
  const max = Math.max(...bars.map(({ value }) => value), 1);
  const scale = (width - 2 * padding - labelWidth - numberWidth) / max;
  const top = padding + 34;
  const height = top + bars.length * rowHeight + padding - (rowHeight - barHeight);
  const rows = bars.map(({ label, value, isOurs }, row) => {
    const y = top + row * rowHeight;
    const [x, length, middle] = [padding + labelWidth, Math.round(value * scale), y + barHeight - 5];
    return [
      `  <text x="${x - 10}" y="${middle}" text-anchor="end"${isOurs ? ' font-weight="bold"' : ""}>${escape(label)}</text>`,
      `  <rect x="${x}" y="${y}" width="${length}" height="${barHeight}" rx="2" fill="${isOurs ? colours.ours : colours.others}"/>`,
      `  <text x="${x + length + 8}" y="${middle}">${Math.round(value).toLocaleString("en-US")}</text>`,
    ].join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
  <title>${escape(title)}</title>
  <style>text { fill: ${colours.onLight} } @media (prefers-color-scheme: dark) { text { fill: ${colours.onDark} } }</style>
  <text x="${padding}" y="${padding + 14}" font-size="15" font-weight="bold">${escape(title)}</text>
${rows.join("\n")}
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
