import { z } from 'zod';
import type { LlmContent } from '../../llm/port.ts';
import { bytesKey, contentKey } from '../../pipeline/content-key.ts';
import type { Question } from '../ask.ts';

/** To be raised whenever replies are read differently, since kept ones were read in the old way. */
const READING = 1;

async function named(content: LlmContent): Promise<unknown> {
  return content.type === 'text' ? content : { image: content.mediaType, bytes: await bytesKey(new Uint8Array(content.bytes)) };
}

/** The hash of everything that decides the answer; who pays for it, and in which section, does not. */
export async function questionKey<Answer>({ model, system, messages, schema, maxOutputTokens, fresh }: Question<Answer>): Promise<string> {
  const said = await Promise.all(messages.map(async ({ role, content }) => ({ role, content: await Promise.all(content.map(named)) })));
  const form = schema && z.toJSONSchema(schema);
  return contentKey({ reply: { reading: READING, model, system, messages: said, form, maxOutputTokens, fresh } });
}
