import { createRoute, z } from '@hono/zod-openapi';
import type { Estimate, EstimatedUse } from '../../../shared/contract/estimate.ts';
import type { App } from '../environment.ts';
import { jobRequest } from '../job-request.ts';
import { problems } from '../problem.ts';
import { jobBodySchema } from '../schemas.ts';
import { bodyOf, bounded, signedInSecurity } from './shared.ts';
import type { Services } from './services.ts';

const rangeSchema = z
  .object({ expected: z.number().nonnegative(), most: z.number().nonnegative() })
  .openapi('EstimatedRange', { description: '`most`: every section is mended, and every reply is as long as it may be.' });
const basisSchema = z.enum(['history', 'defaults']).openapi({ description: 'Averages of films of this store, or what is usual.' });
const amounts = {
  input_tokens: rangeSchema,
  output_tokens: rangeSchema,
  characters: z.number().nonnegative().openapi({ description: 'That are spoken.' }),
  dollars: rangeSchema,
};
const estimateSchema = z
  .object({
    ...amounts,
    sections: rangeSchema,
    film_seconds: z.number().nonnegative(),
    waiting_seconds: z.number().nonnegative().openapi({ description: 'From the request to the film.' }),
    uses: z.array(
      z.object({
        use: z.enum(['plan', 'scenes', 'mending', 'speech']),
        provider: z.string(),
        model: z.string(),
        calls: rangeSchema,
        ...amounts,
        basis: basisSchema,
      }),
    ),
    basis: z.object({ films: z.int().nonnegative(), topics: z.int().nonnegative(), waiting: basisSchema, note: z.string() }),
  })
  .openapi('Estimate');
type EstimateAnswer = z.infer<typeof estimateSchema>;

const createEstimate = createRoute({
  operationId: 'createEstimate',
  method: 'post',
  path: '/v1/estimates',
  tags: ['Jobs'],
  security: signedInSecurity,
  summary: 'What a film will take, before anything is spent',
  request: { body: bodyOf(jobBodySchema) },
  responses: {
    200: { description: 'Tokens, characters, seconds and dollars.', content: { 'application/json': { schema: estimateSchema } } },
    ...problems(400, 401, 413, 415, 422, 429),
  },
});

const MICRO_DOLLARS = 1_000_000;

const amountsOf = ({ inputTokens, outputTokens, characters, microDollars }: Estimate | EstimatedUse) => ({
  input_tokens: inputTokens,
  output_tokens: outputTokens,
  characters,
  dollars: { expected: microDollars.expected / MICRO_DOLLARS, most: microDollars.most / MICRO_DOLLARS },
});

const estimateAnswer = (estimate: Estimate): EstimateAnswer => ({
  ...amountsOf(estimate),
  sections: estimate.sections,
  film_seconds: estimate.filmSeconds,
  waiting_seconds: estimate.waitingSeconds,
  uses: estimate.uses.map((each) => {
    const { use, provider, model, calls, basis } = each;
    return { use, provider, model, calls, ...amountsOf(each), basis };
  }),
  basis: estimate.basis,
});

export function addEstimateRoutes(app: App, { parts, access }: Services): void {
  app.openapi({ ...createEstimate, middleware: [access.signedIn(), bounded] }, async (context) => {
    const estimate = await parts.estimate(jobRequest(parts, context.req.valid('json')));
    return context.json(estimateAnswer(estimate), 200);
  });
}
