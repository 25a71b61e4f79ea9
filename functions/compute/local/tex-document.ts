export interface TexDocument {
  compiler: string;
  /** `.dvi`, `.xdv` or `.pdf`. */
  outputFormat: string;
  /** A whole document. */
  source: string;
}

export interface TexFault {
  /** tex: TeX's own words about the document, true for as long as TeX stays the same. limit: it was stopped. */
  kind: 'tex' | 'limit';
  message: string;
}
