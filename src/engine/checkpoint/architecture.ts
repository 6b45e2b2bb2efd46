import type { ModelConfig } from './model-config.ts';
import type { RawConfig } from './raw-config.ts';

/** What reading a checkpoint needs to know of an architecture; all of it is `Architecture` in `architectures/`. */
export interface CheckpointArchitecture {
  /** transformers' class, as `architectures` in config.json names it. */
  readonly name: string;
  /** Names of the models that it is known by, for messages and documentation. */
  readonly families: readonly string[];
  /** Values of `model_type` for which transformers chooses this class when `architectures` is absent. */
  readonly modelTypes: readonly string[];
  /** transformers' class defaults for fields that config.json may leave out; null: they follow from the other sizes. */
  readonly defaults: {
    readonly maxPositions: number;
    readonly kvHeads: number | null;
    readonly headSize: number | null;
  };
  /**
   * What the decoder layers of such a model hold.
   * @throws RetuneError `checkpoint.unsupported-model` for a feature that is not implemented, by its name; `checkpoint.bad-config`
   */
  layers(config: RawConfig, size: Dimensions): LayerDescription;
}

/** The sizes that config.json gives for every architecture. */
export type Dimensions = Pick<
  ModelConfig,
  'hiddenSize' | 'intermediateSize' | 'layers' | 'heads' | 'kvHeads' | 'headSize'
>;

export type LayerDescription = Pick<ModelConfig, 'layerTensors' | 'loraModules' | 'windows'>;
