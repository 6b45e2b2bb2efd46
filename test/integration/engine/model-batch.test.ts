import { modelBatchSuite } from '../../suites/model-batch.ts';

modelBatchSuite('cpu');
