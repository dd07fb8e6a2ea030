import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const ACROSS_ORGANIZATIONS = 'aerie:across-organizations';

const declared = new Set<string>();

/**
 * Says of a route that it shows rows of every organization, and why; the document of the API repeats it
 * (`x-across-organizations`). Without it `acrossOrganizations` refuses the same reason.
 */
export function AcrossOrganizations(reason: string) {
  declared.add(reason);
  return applyDecorators(SetMetadata(ACROSS_ORGANIZATIONS, reason), ApiExtension('x-across-organizations', reason));
}

export const isDeclared = (reason: string): boolean => declared.has(reason);
