import { quantisedSuite } from '../../suites/quantised.ts';
import { loraCheckpoints } from '../../support/oracle.ts';

quantisedSuite('cpu', 64, {
  names: loraCheckpoints,
  bothPasses: true,
  wide: [
    { dtype: 'int8', vocabSize: 40_000, tied: false },
    { dtype: 'int4', vocabSize: 40_000, tied: true },
  ],
});
