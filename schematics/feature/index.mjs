import { apply, applyTemplates, callSource, chain, mergeWith, noop, url } from '@angular-devkit/schematics';
import { RunSchematicTask } from '@angular-devkit/schematics/tasks/index.js';
import { lastValueFrom } from 'rxjs';
import { exportModule } from '../features-index.mjs';
import { formatTouched } from '../format.mjs';
import { say } from '../say.mjs';
import { namesOf, sentence } from './names.mjs';
import { refusalOf, refusalOfName } from './refusals.mjs';

/** `nest g feature invoices`: routes, service, table, migration and tests of one thing that an organization has. */
export function feature({ name, path }) {
  return async (tree, context) => {
    const malformed = refusalOfName({ name, path });
    if (malformed) return refuse(malformed);
    const names = namesOf(name);
    const templates = await made(url('./files'), context);
    const files = await made(apply(url('./files'), [applyTemplates({ ...names, sentence, at: Date.now() })]), context);
    const refusal = refusalOf({ tree, names, templates, files });
    if (refusal) return refuse(refusal);
    context.addTask(new RunSchematicTask('sync', {}));
    return chain([mergeWith(() => files), exportModule(names.room), formatTouched()]);
  };
}

const made = (source, context) => lastValueFrom(callSource(source, context));

/** Not thrown: Nest's CLI would only add the command line that it ran, and end with code 0 all the same. */
function refuse(reason) {
  say(reason);
  return noop();
}
