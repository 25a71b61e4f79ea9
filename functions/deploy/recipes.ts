import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDockerfile } from './dockerfile.ts';
import { type ImageRecipe, imageRecipe } from './image-recipe.ts';
import { localContext } from './local-context.ts';

export interface Recipes {
  render: ImageRecipe;
  /** On top of the render image. */
  service: ImageRecipe;
  /** Names what both are made of. */
  tag: string;
}

const TAG_CHARACTERS = 12;

/** The commands of both images, out of their Dockerfiles; the wheel has to be there. @throws LecternError `bad_dockerfile`, `nothing_to_copy` */
export async function readRecipes(checkout: string): Promise<Recipes> {
  const read = async (kind: string): Promise<ImageRecipe> =>
    imageRecipe(parseDockerfile(await readFile(join(checkout, 'docker', kind, 'Dockerfile'), 'utf8')), localContext(checkout));
  const [render, service] = [await read('render'), await read('service')];
  const hash = createHash('sha256').update(JSON.stringify([render, service])).digest('hex');
  return { render, service, tag: hash.slice(0, TAG_CHARACTERS) };
}
