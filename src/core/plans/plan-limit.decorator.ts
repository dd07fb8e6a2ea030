import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PLAN_LIMIT = 'aerie:plan-limit';

/**
 * Counts the requests of a caller over all routes of a group, and lets as many through in a minute as the plan of their
 * organization says: `@PlanLimit('expensive')`.
 */
export const PlanLimit = (group: string) =>
  applyDecorators(SetMetadata(PLAN_LIMIT, group), ApiExtension('x-plan-limit', group));
