const MIB = 1024 * 1024;
const LARGEST_BYTES = 4 * MIB;

const forbidden: [RegExp, string][] = [
  [/<!DOCTYPE|<!ENTITY/i, 'a document type'],
  [/<\?(?!xml\s)/, 'a processing instruction'],
  [/<\s*(?:[\w-]+:)?(script|foreignObject|image|iframe|object|embed|audio|video|handler|animate\w*|set)\b/i, 'an active or foreign element'],
  [/\son\w+\s*=/i, 'an event handler'],
  [/href\s*=\s*(?:"(?!#)|'(?!#)|[^"'\s])/i, 'a reference to elsewhere'],
  [/url\(\s*(?!#|'#|"#)/i, 'a reference to elsewhere'],
  [/@import/i, 'a style sheet from elsewhere'],
];

/**
 * What keeps an SVG out of the cache, or `undefined`. TeX's `\special{dvisvgm:raw …}` puts text of the author's choice into it, and
 * it is parsed by a program later: so it has to be a drawing and nothing else.
 */
export function findSvgFault(svg: Buffer): string | undefined {
  if (svg.length > LARGEST_BYTES) return `The drawing has ${Math.ceil(svg.length / MIB)} MiB, and ${LARGEST_BYTES / MIB} MiB are allowed.`;
  const text = svg.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(svg)) return 'The drawing is not UTF-8.';
  if (!/^(<\?xml[^>]*\?>\s*)?(<!--[^>]*-->\s*)*<svg\b/.test(text) || !/<\/svg>\s*$/.test(text)) return 'The drawing is not an SVG.';
  const found = forbidden.find(([pattern]) => pattern.test(text));
  return found === undefined ? undefined : `The drawing holds ${found[1]}.`;
}
