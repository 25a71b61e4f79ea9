/** Text between tags of its own. What it says can close no tag of ours. */
export const tagged = (name: string, text: string): string => `<${name}>${text.replaceAll('</', '<\u200b/')}</${name}>`;

/** Data between tags of its own, as JSON in which no tag can end. */
export const taggedJson = (name: string, data: unknown): string => `<${name}>${JSON.stringify(data).replaceAll('</', '<\\/')}</${name}>`;

/** A list of faults, one a line, as every correction tells them. */
export const taggedFaults = (faults: string[]): string => `<faults>\n${faults.map((fault) => `- ${fault}`).join('\n')}\n</faults>`;
