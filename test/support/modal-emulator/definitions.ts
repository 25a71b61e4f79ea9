import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { CompatServiceDefinition } from 'nice-grpc';

export interface WireDefinitions {
  /** modal.client.ModalClient: apps, images, volumes, sandboxes. */
  ModalClientDefinition: CompatServiceDefinition;
  /** modal.task_command_router.TaskCommandRouter: what runs inside a sandbox, and its streams. */
  TaskCommandRouterDefinition: CompatServiceDefinition;
}

interface CompilableModule extends Module {
  paths: string[];
  _compile(code: string, path: string): void;
}

/** The messages as the SDK itself knows them: its own bundle, evaluated once more with a line that exports them. */
export function loadDefinitions(): WireDefinitions {
  const path = createRequire(import.meta.url).resolve('modal');
  const bundle = new Module(path) as CompilableModule;
  bundle.filename = path;
  bundle.paths = (Module as unknown as { _nodeModulePaths: (folder: string) => string[] })._nodeModulePaths(dirname(path));
  bundle._compile(`${readFileSync(path, 'utf8')}\nmodule.exports = { ModalClientDefinition, TaskCommandRouterDefinition };`, path);
  return bundle.exports as WireDefinitions;
}
