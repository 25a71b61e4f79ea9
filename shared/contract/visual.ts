import { z } from 'zod';
import { figureVisualSchemas } from './visuals/figures.ts';
import { textVisualSchemas } from './visuals/text.ts';

/**
 * What a beat adds to the picture, or changes in it. A visual with `continues: true` changes the figure of its
 * kind that is already on the stage; every other one brings a new figure.
 */
export const visualSchema = z.discriminatedUnion('kind', [...textVisualSchemas, ...figureVisualSchemas]);
export type Visual = z.infer<typeof visualSchema>;
