/** For users who name no model; the terminal and the editor add how to name one. */
export const embeddedModelNotice = 'The embedded model is a demonstration: it knows only small JavaScript functions.';
