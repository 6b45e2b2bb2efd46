/**
 * Raised with every change of a prompt's text. It stands in every session's record, because a model trained on one version
 * (the embedded one) and results of a benchmark hold for that version only.
 */
export const promptVersion = 2;
