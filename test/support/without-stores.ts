/** Before any test: no model that other programs keep on the developer's disk is found. Processes that tests start inherit it. */
process.env.RETUNE_MODEL_STORES = 'none';
