import { type ProviderChoice, type ProviderName, providerNames } from '../../policy/provider.ts';
import { providerUnavailable } from './errors.ts';
import { loadOrt, type Ort } from './ort.ts';
import { explainStart, isBuiltIn, loadProvider, type Provider } from './provider.ts';
import { fullPrefillChunk, type SelfTestResult, selfTest } from './provider-selftest.ts';
import { clearlySlower, describeSpeed, measureSpeed } from './provider-speed.ts';

export interface ChosenProvider {
  readonly provider: ProviderName;
  /** One or two sentences: why this one and, if so, why not something better. */
  readonly reason: string;
  /** Maximum number of tokens of one sequence per run on this provider. */
  readonly prefillChunk: number;
  /** Absent on the CPU, which is the reference. */
  readonly selfTest?: SelfTestResult;
}

/**
 * Decides where a model runs. `auto` takes WebGPU when there is an adapter that is not slower than the CPU and computes
 * right results, else the CPU; it never fails for want of a GPU. A provider asked for by name is used or refused, never replaced.
 * @throws RetuneError `runtime.provider-unavailable`, `runtime.unavailable`
 */
export async function chooseProvider(
  choice: ProviderChoice,
  options: { readonly threads: number },
): Promise<ChosenProvider> {
  const ort = await loadOrt();
  if (choice === 'cpu') return onCpu('The CPU was asked for.');
  return choice === 'auto' ? chooseAutomatically(ort, options.threads) : useNamed(ort, choice, options.threads);
}

/** Providers that this build of onnxruntime contains; containing one does not mean that it can start. */
export function builtInProviders(ort: Ort): ProviderName[] {
  return providerNames.filter((name) => isBuiltIn(ort, name));
}

async function chooseAutomatically(ort: Ort, threads: number): Promise<ChosenProvider> {
  const reasons: string[] = [];
  for (const name of providerNames) {
    const provider = await loadProvider(name);
    if (!provider.automatic) continue;
    const chosen = await consider(ort, provider, threads);
    if (typeof chosen !== 'string') return chosen;
    reasons.push(chosen);
  }
  return onCpu(`${reasons.join(' ')} The CPU is used.`);
}

/** The provider when it is worth using, else why it is not. */
async function consider(ort: Ort, provider: Provider, threads: number): Promise<ChosenProvider | string> {
  const { name } = provider;
  if (!isBuiltIn(ort, name)) return notBuiltIn(provider);
  try {
    const speed = await measureSpeed(name, threads);
    if (speed.ratio > clearlySlower) return describeSpeed(speed);
    const result = await selfTest(name, threads);
    return result.usable ? passed(result, describeSpeed(speed)) : result.summary;
  } catch (error) {
    return explainStart(provider, error).why;
  }
}

async function useNamed(ort: Ort, name: ProviderName, threads: number): Promise<ChosenProvider> {
  const provider = await loadProvider(name);
  const otherwise = 'choose the provider "cpu" or "auto"';
  if (!isBuiltIn(ort, name)) {
    const names = builtInProviders(ort).join(', ');
    throw providerUnavailable(name, notBuiltIn(provider), `Choose one of those it has here (${names}) or "auto".`);
  }
  let result: SelfTestResult;
  try {
    result = await selfTest(name, threads);
  } catch (error) {
    const { why, remedy } = explainStart(provider, error);
    throw providerUnavailable(name, why, `${remedy}, or ${otherwise}.`, error);
  }
  if (!result.usable) throw providerUnavailable(name, result.summary, `Update the graphics driver, or ${otherwise}.`);
  return passed(result, `The provider "${name}" was asked for.`);
}

function passed(selfTest: SelfTestResult, reason: string): ChosenProvider {
  const { provider, summary, prefillChunk } = selfTest;
  return { provider, reason: `${reason} ${summary}`, prefillChunk, selfTest };
}

function onCpu(reason: string): ChosenProvider {
  return { provider: 'cpu', reason, prefillChunk: fullPrefillChunk };
}

function notBuiltIn({ name, platforms }: Provider): string {
  const here = `${process.platform}-${process.arch}`;
  return `This build of onnxruntime (${here}) does not contain ${name}, which exists on ${platforms}.`;
}
