/** The group of all families of texts. */
export const textGroup = 'text-pipelines';

/** Names for one text. */
export const textArgs = [['text'], ['line'], ['sentence'], ['title'], ['input'], ['source'], ['s']];

/** Names for a list of words. */
export const wordListArgs = [['words'], ['names'], ['texts'], ['list'], ['tags'], ['labels'], ['items']];
