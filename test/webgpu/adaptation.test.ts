import { adaptationSuite } from '../suites/adaptation.ts';

adaptationSuite('webgpu');
