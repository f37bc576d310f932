// How an operation on a machine can fail.

/** busy: its state does not allow it. question: it waits for an answer. tools: its guest does not obey. failed: an I/O error, or its process died meanwhile. */
export type Failed = 'busy' | 'question' | 'tools' | 'failed';
