/** For whoever starts without naming a model; each face adds how to name one. */
export const embeddedModelNotice = 'The embedded model is a demonstration: it knows only small JavaScript functions.';
