// The scenes there are.
import type { Scene } from '../world/shapes.ts';
import { homer } from './homer.ts';
import { perugia } from './perugia.ts';

/** In the order of `demo --list`; the first is what opens without a name. */
export const SCENES: readonly Scene[] = [homer, perugia];
