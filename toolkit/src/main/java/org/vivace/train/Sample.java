package org.vivace.train;

import ai.djl.ndarray.NDList;

/**
 * What one pass through the model works on.
 *
 * @param data the model's inputs, batch axis first
 * @param labels what the loss compares with, batch axis first; empty where the caller has none
 */
public record Sample(NDList data, NDList labels) {}
