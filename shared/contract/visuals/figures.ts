import { arraySchema } from './array.ts';
import { chartSchema } from './chart.ts';
import { geometrySchema } from './geometry.ts';
import { graphSchema } from './graph.ts';
import { plotSchema } from './plot.ts';

export const figureVisualSchemas = [arraySchema, chartSchema, geometrySchema, graphSchema, plotSchema] as const;
