// What every transport promises against every server: the cases, as data, for contract-pair.ts to run over all pairs.
import { channelCases } from './contract-channels.ts';
import { connectionCases } from './contract-connections.ts';
import type { Case } from './contract-kit.ts';
import { refusalCases } from './contract-refusals.ts';

/** All of them, unchanged for each pair. */
export const cases: Case[] = [...channelCases, ...refusalCases, ...connectionCases];
