/**
 * Raised with every change of a prompt's text. Every session's record contains it, because a model trained on one version
 * (the embedded model) and the results of a benchmark are valid for that version only.
 */
export const promptVersion = 2;
