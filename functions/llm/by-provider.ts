import { LecternError } from '../../shared/errors.ts';
import { modelEntry } from './known-models.ts';
import type { Llm, LlmProvider } from './port.ts';

const settings: Record<LlmProvider, string> = {
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
  'openai-compatible': 'OPENAI_BASE_URL or OPENAI_API_KEY',
};

/**
 * Every model by its provider.
 * @throws LecternError `unknown_model`, or `no_provider` where the model's provider has no key
 */
export function llmByProvider(providers: Partial<Record<LlmProvider, Llm | undefined>>): Llm {
  return {
    async ask(request, hooks) {
      const { provider } = modelEntry(request.model);
      const llm = providers[provider];
      if (llm) return llm.ask(request, hooks);
      throw new LecternError('no_provider', {
        message: `The model \`${request.model}\` cannot be asked: its provider is not set up.`,
        fix: `Set ${settings[provider]}, or choose a model of a provider that is set up.`,
      });
    },
  };
}
