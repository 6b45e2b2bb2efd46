import * as vscode from 'vscode';
import { type SettingKey, type SettingValue, settings } from './contributions/settings.ts';

/** The value of a setting for `scope`; one that the setting does not accept is reported in the log and counts as not set. */
export function readSetting<K extends SettingKey>(
  key: K,
  log: vscode.LogOutputChannel,
  scope?: vscode.Uri,
): SettingValue<K> {
  const spec: { readonly default: SettingValue<K>; accepts(value: unknown): boolean } = settings[key];
  const value: unknown = vscode.workspace.getConfiguration('retune', scope ?? null).get(key);
  if (value === undefined) return spec.default;
  if (spec.accepts(value)) return value as SettingValue<K>;
  log.warn(`The setting retune.${key} cannot be ${JSON.stringify(value)}; ${JSON.stringify(spec.default)} is used.`);
  return spec.default;
}
