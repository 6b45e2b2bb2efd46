import { runCommand } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';

/** Errors about workspace adapters: what was learnt for a folder with a model, and its versions on disk. */

/** A name from a client that is to become a folder. */
export function badWorkspaceKey(key: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.bad-key',
    what: `${JSON.stringify(key.slice(0, 80))} cannot name a workspace adapter.`,
    why: 'It becomes a folder name, so it must be 1 to 64 letters, digits and hyphens, beginning with a letter or digit.',
    remedy: 'Use a digest of the workspace folder.',
    data: { key: key.slice(0, 80) },
  });
}

export function nothingLearnt(root: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.nothing-learnt',
    what: 'There is no workspace adapter to export.',
    why: `Nothing has been learnt for this folder with this model: ${root} holds no version.`,
    remedy: 'Keep an answer that passes the tests first; the model learns from it.',
    data: { root },
  });
}

export function nothingToRevert(root: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.nothing-to-revert',
    what: 'There is no earlier version of the workspace adapter.',
    why: `${root} holds no version; the base model is used.`,
    remedy: 'There is nothing to do.',
    data: { root },
  });
}

export function olderVersionsGone(root: string, dropped: number): RetuneError {
  return new RetuneError({
    code: 'adaptation.nothing-to-revert',
    what: 'The version before this one is no longer kept.',
    why: `${root} keeps only the newest versions; the files of ${dropped} older ones were removed.`,
    remedy: 'Stay with this version, or reset the workspace adapter, which returns to the base model.',
    actions: [runCommand('resetAdapter')],
    data: { root, dropped },
  });
}

export function workspaceBusy(root: string, tries: number): RetuneError {
  return new RetuneError({
    code: 'adaptation.workspace-busy',
    what: 'The accepted answer could not be learnt.',
    why: `Another Retune process changed the workspace adapter in ${root} each of the ${tries} times this one tried.`,
    remedy: 'Accept the answer again when the other process is done; nothing was lost.',
    data: { root, tries },
  });
}

/** From a look that changes nothing, and when the version was set aside or removed before. */
export function versionUnreadable(directory: string, version: number): RetuneError {
  return new RetuneError({
    code: 'adaptation.version-unreadable',
    what: `Version ${version} of the workspace adapter is damaged.`,
    why: `${directory} has no readable retune.json.`,
    remedy: 'Open the model for this folder: it sets the damaged version aside and continues with the one before.',
    data: { directory, version },
  });
}

/** Only a notice. A small file of ours beside the adapters; `setAside`: where it is now, or undefined when it could not be moved. */
export function damagedFile(path: string, setAside: string | undefined, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'adaptation.damaged-file',
    what: `${path} is damaged.`,
    why: 'Its content is not what Retune wrote there.',
    remedy:
      setAside === undefined
        ? 'It could not be moved and was left in place; Retune continues without it.'
        : `It was moved to ${setAside}, and Retune continues without it.`,
    data: { path, ...(setAside !== undefined && { setAside }) },
    cause,
  });
}

/** Only a notice: `base` is the model the adapters were trained on, as it was called then. */
export function learntWithOtherBase(base: string, versions: number): RetuneError {
  return new RetuneError({
    code: 'adaptation.learnt-with-other-base',
    what: 'What was learnt for this folder belongs to another model.',
    why: `${versions === 1 ? 'One version was' : `${versions} versions were`} learnt with ${base}, whose weights differ.`,
    remedy: 'They are kept for that model; this one starts from nothing.',
    data: { base, versions },
  });
}

/** Only a notice. */
export function workspaceSetAside(aside: string): RetuneError {
  return new RetuneError({
    code: 'adaptation.set-aside',
    what: 'What was learnt for this folder with this model is no longer used.',
    why: 'The workspace adapter was reset.',
    remedy: `The files were moved to ${aside}; delete them, or move them back to undo the reset.`,
    data: { aside },
  });
}
