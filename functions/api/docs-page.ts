interface Operation {
  summary?: string;
  description?: string;
  security?: readonly object[];
  parameters?: readonly object[];
  requestBody?: unknown;
  responses?: Record<string, { description?: string }>;
}
interface Description {
  info: { title: string; version: string; description?: string };
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
/** Words between backticks are code, as in the descriptions of the routes. */
const prose = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>');

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 56rem; padding: 2rem 1.25rem 6rem; }
section { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 1.25rem 0; }
h2 { font-size: 1rem; margin: 0; } h2 code { font-size: 1rem; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
ul { list-style: none; padding: 0; } li { display: flex; gap: 1rem; } li > code { min-width: 7.5rem; }
li > span { min-width: 0; } pre { overflow-x: auto; padding: 1rem; background: color-mix(in srgb, currentColor 6%, transparent); font-size: 0.85rem; }
.quiet { opacity: 0.7; }`;

function rows(entries: [string, string][]): string {
  return `<ul>${entries.map(([name, text]) => `<li><code>${escape(name)}</code><span>${prose(text)}</span></li>`).join('')}</ul>`;
}

function parametersOf(operation: Operation): [string, string][] {
  return (operation.parameters ?? []).flatMap((parameter) => {
    const { name = '', in: place = '', description = '' } = parameter as { name?: string; in?: string; description?: string };
    return [[name, `${place}${description && `: ${description}`}`] as [string, string]];
  });
}

function bodyOf(operation: Operation): string {
  const name = /"#\/components\/schemas\/(\w+)"/.exec(JSON.stringify(operation.requestBody ?? null))?.[1];
  return name === undefined ? '' : `<p>Body: JSON, <a href="#${name}">${name}</a></p>`;
}

function operationSection(path: string, method: string, operation: Operation): string {
  const needsToken = (operation.security ?? []).length === 1;
  const answers = Object.entries(operation.responses ?? {}).map(([status, { description = '' }]): [string, string] => [status, description]);
  return `<section><h2><span class="method">${method.toUpperCase()}</span><code>${escape(path)}</code></h2>
<p>${prose(operation.summary ?? '')}${needsToken ? '' : ' <span class="quiet">(no token needed)</span>'}</p>
${operation.description ? `<p>${prose(operation.description)}</p>` : ''}${bodyOf(operation)}${rows(parametersOf(operation))}${rows(answers)}</section>`;
}

/** The whole API on one page, without a script. */
export function docsPage(description: object): string {
  const { info, paths = {}, components = {} } = description as Description;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationSection(path, method, operation)),
  );
  const schemas = Object.entries(components.schemas ?? {}).map(
    ([name, schema]) => `<section id="${escape(name)}"><h2>${escape(name)}</h2><pre><code>${escape(JSON.stringify(schema, null, 2))}</code></pre></section>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(info.title)} API</title><style>${style}</style></head><body>
<h1>${escape(info.title)} ${escape(info.version)}</h1><p>${prose(info.description ?? '')}</p>
<p>Send your token as <code>Authorization: Bearer …</code>. The same in a form for programs: <a href="/openapi.json">openapi.json</a>.</p>
${operations.join('\n')}${schemas.join('\n')}</body></html>`;
}
