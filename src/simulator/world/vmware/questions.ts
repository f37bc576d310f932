// Questions of a machine that stands still until somebody answers.
import type { Activity } from '../schedule.ts';
import type { Failed } from './failed.ts';

export interface Question {
  id: number;
  /** As the machine's log names it; plausible, no such line was found in public. */
  name: string;
  text: string;
  /** In the order of their numbers, from 0; the first is the default. */
  choices: readonly { label: string; then: () => Activity<Failed | null> }[];
}

/** After a resume on a processor unlike the one of the suspend. */
export function processorQuestion(id: number, ways: { goOn: () => Activity<Failed | null>; cancel: () => Activity<Failed | null> }): Question {
  return {
    id,
    name: 'msg.checkpoint.cpufeatures',
    text: 'The features of the processors of this host differ from those of the host on which the virtual machine was suspended. '
      + 'You may resume it, but it may then behave in unpredictable ways. Do you want to continue?',
    choices: [{ label: 'Yes', then: ways.goOn }, { label: 'No', then: ways.cancel }],
  };
}

/** After an operation on the virtual disk that failed. */
export function diskQuestion(id: number, file: string, ways: { retry: () => Activity<Failed | null>; abort: () => Activity<Failed | null>; goOn: () => Activity<Failed | null> }): Question {
  return {
    id,
    name: 'msg.disk.operationFailed',
    text: `The operation on file "${file}" failed. Select Retry to attempt the operation again, Abort to terminate this session, or Continue to forward the error to the guest operating system.`,
    choices: [{ label: 'Retry', then: ways.retry }, { label: 'Abort', then: ways.abort }, { label: 'Continue', then: ways.goOn }],
  };
}
